"""Filings from the SEC's hosts, or from any server with the same paths."""

from __future__ import annotations

import io
import re
from datetime import date
from typing import BinaryIO
from urllib.parse import quote, urlencode

import httpx

from workbench.domain.errors import InvalidRequest
from workbench.domain.identity import Accession, Cik
from workbench.ports import BulkName, Fetched
from workbench.sources import paths
from workbench.sources.http import HttpClient
from workbench.sources.remote_file import RemoteFile

_NO_URL = "--edgar takes a URL such as https://www.sec.gov, or a folder"
_SEC_HOSTS = frozenset({"sec.gov", "www.sec.gov", "data.sec.gov"})


class EdgarSource:
    """A FilingSource over HTTP. Submissions and facts come from data.sec.gov, the rest from www.sec.gov; another
    `base_url` serves all paths. Raises InvalidRequest for an invalid base URL.
    """

    def __init__(self, base_url: str, client: HttpClient) -> None:
        try:
            parts = httpx.URL(base_url)
        except httpx.InvalidURL:
            raise InvalidRequest(_NO_URL) from None
        is_server = re.fullmatch(r"[\w.:-]+", parts.host) and (parts.port or 0) <= 65535
        if parts.scheme not in ("http", "https") or not is_server or parts.query or parts.fragment:
            raise InvalidRequest(_NO_URL)
        if parts.userinfo:
            raise InvalidRequest("--edgar takes a URL without a user or password")
        self._client = client
        self._base = base_url.rstrip("/")
        self._is_sec = parts.host in _SEC_HOSTS

    def close(self) -> None:
        """Closes the connections."""
        self._client.close()

    def tickers(self) -> Fetched:
        """Every listed share class, with its exchange."""
        return self._get(paths.TICKERS)

    def tickers_without_exchange(self) -> Fetched:
        """Every listed share class, in the SEC's older list."""
        return self._get(paths.TICKERS_WITHOUT_EXCHANGE)

    def submissions(self, cik: Cik) -> Fetched:
        """The newest page of a company's submissions."""
        return self._get(paths.submissions(cik))

    def submissions_page(self, name: str) -> Fetched:
        """A further page, by the name the first page gives."""
        return self._get(paths.submissions_page(name))

    def company_facts(self, cik: Cik) -> Fetched:
        """All XBRL facts of a company."""
        return self._get(paths.company_facts(cik))

    def latest_filings(self, start: int) -> Fetched:
        """A page of the feed of the latest filings."""
        return self._client.get(f"{self._url(paths.LATEST)}?{urlencode(paths.latest_query(start))}")

    def daily_index(self, day: date) -> Fetched:
        """The index by form of one day."""
        return self._get(paths.daily_index(day))

    def bulk(self, name: BulkName) -> BinaryIO:
        """A nightly archive of all companies, read in parts as they are needed; nothing is kept on the disk."""
        return io.BufferedReader(RemoteFile(self._client, self._url(paths.bulk(name))))

    def document(self, cik: Cik, accession: Accession, name: str) -> Fetched:
        """One document of a filing."""
        return self._get(paths.document(cik, accession, name))

    def filing_index(self, cik: Cik, accession: Accession) -> Fetched:
        """The page that lists the documents of a filing."""
        return self._get(paths.filing_index(cik, accession))

    def _get(self, path: str) -> Fetched:
        return self._client.get(self._url(path))

    def _url(self, path: str) -> str:
        base = self._base
        if self._is_sec:
            base = "https://data.sec.gov" if path.startswith(("submissions/", "api/")) else "https://www.sec.gov"
        return f"{base}/{quote(path)}"
