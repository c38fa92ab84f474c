"""Filings from a folder laid out like the SEC's hosts."""

from __future__ import annotations

import mimetypes
from datetime import UTC, date, datetime
from pathlib import Path
from typing import BinaryIO

from workbench.domain.errors import MalformedDocument, NotFound, SetupError, SourceUnavailable
from workbench.domain.identity import Accession, Cik
from workbench.ports import BulkName, Fetched
from workbench.sources import paths
from workbench.sources.content import LARGEST_BODY, unpack


class FolderSource:
    """A FilingSource that reads files below `root`. Raises NotFound for a missing file; nothing outside `root` is ever read.

    Raises SetupError when `root` is not a folder.
    """

    def __init__(self, root: Path) -> None:
        if not root.is_dir():
            raise SetupError(f"{root} is not a folder", hint="--edgar takes a URL, or a folder laid out like the SEC's hosts")
        self._root = root.resolve()

    def tickers(self) -> Fetched:
        """Every listed share class, with its exchange."""
        return self._read(paths.TICKERS)

    def tickers_without_exchange(self) -> Fetched:
        """Every listed share class, in the SEC's older list."""
        return self._read(paths.TICKERS_WITHOUT_EXCHANGE)

    def submissions(self, cik: Cik) -> Fetched:
        """The newest page of a company's submissions."""
        return self._read(paths.submissions(cik))

    def submissions_page(self, name: str) -> Fetched:
        """A further page, by the name the first page gives."""
        return self._read(paths.submissions_page(name))

    def company_facts(self, cik: Cik) -> Fetched:
        """All XBRL facts of a company."""
        return self._read(paths.company_facts(cik))

    def latest_filings(self, start: int) -> Fetched:
        """A page of the feed of the latest filings."""
        return self._read(paths.latest_file(start))

    def daily_index(self, day: date) -> Fetched:
        """The index by form of one day."""
        return self._read(paths.daily_index(day))

    def bulk(self, name: BulkName) -> BinaryIO:
        """A nightly archive of all companies."""
        path = paths.bulk(name)
        try:
            return (self._root / path).open("rb")
        except FileNotFoundError:
            raise NotFound(f"there is no {path} in the source") from None
        except OSError as error:
            raise SourceUnavailable(f"{path} cannot be read: {error.strerror}") from error

    def document(self, cik: Cik, accession: Accession, name: str) -> Fetched:
        """One document of a filing."""
        return self._read(paths.document(cik, accession, name))

    def filing_index(self, cik: Cik, accession: Accession) -> Fetched:
        """The page that lists the documents of a filing."""
        return self._read(paths.filing_index(cik, accession))

    def _read(self, path: str) -> Fetched:
        file = (self._root / path).resolve()
        if not file.is_relative_to(self._root):
            raise NotFound(f"there is no {path} in the source")
        try:
            if file.stat().st_size > LARGEST_BODY:
                raise MalformedDocument(f"{path}: it is larger than {LARGEST_BODY >> 20} MB", document=path)
            content = file.read_bytes()
        except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
            raise NotFound(f"there is no {path} in the source") from None
        except OSError as error:
            raise SourceUnavailable(f"{file} cannot be read: {error.strerror}", url=file.as_uri()) from error
        media_type = mimetypes.guess_type(path)[0] or "application/octet-stream"
        return Fetched(file.as_uri(), unpack(content, path), media_type, datetime.now(UTC))
