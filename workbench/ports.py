"""Interfaces to external services, as small Protocols; each has one contract suite in `tests/contracts`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, BinaryIO, Literal, Protocol

from workbench.domain.identity import Accession, Cik, Ticker

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from workbench.domain.alerts.notices import Message
    from workbench.domain.operations.marts import MartsBuild

    Vectors = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Fetched:
    """Bytes as a source sent them (after gzip), and where and when they came from."""

    url: str
    content: bytes
    media_type: str
    fetched_at: datetime


WINDOW_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class WindowUsage:
    """A caller's requests of the last minute: whether this one was counted, how many are left, and the seconds until one
    more is."""

    is_within: bool
    remaining: int
    resets_in: float


class RequestWindows(Protocol):
    """Requests of the last minute, counted by key. A request beyond the limit is not counted."""

    async def take(self, key: str, limit: int) -> WindowUsage:
        """Counts a request under `key` unless `limit` (at least 1) of the last minute are counted; it never raises."""
        ...

    async def close(self) -> None:
        """Closes its connections."""
        ...


@dataclass(frozen=True, slots=True)
class SignInAttempt:
    """Secrets of one attempt to sign in with a provider, and the address to which the browser comes back."""

    back_to: str
    state: str
    nonce: str
    verifier: str


class IdentityProvider(Protocol):
    """A service that knows users. All methods raise SourceError when it does not answer or refuses the workbench."""

    def authorization_address(self, attempt: SignInAttempt) -> str:
        """Where the browser goes to sign in."""
        ...

    def claims(self, code: str, attempt: SignInAttempt) -> Mapping[str, Any]:
        """The verified claims of who signed in, `iss` and `sub` among them; raises NotAuthenticated."""
        ...

    def end_session_address(self, back_to: str) -> str | None:
        """Where the browser goes to sign out there; None if that is not offered."""
        ...

    def close(self) -> None:
        """Closes its connections."""
        ...


BulkName = Literal["submissions", "companyfacts"]


class CompanySource(Protocol):
    """What is known of single companies: from EDGAR's pages or from its bulk archives.

    Every method raises SourceError when the request failed, and NotFound when the data does not exist.
    """

    def submissions(self, cik: Cik) -> Fetched:
        """The newest page of a company's submissions."""
        ...

    def submissions_page(self, name: str) -> Fetched:
        """A further page, by the name the first page gives."""
        ...

    def company_facts(self, cik: Cik) -> Fetched:
        """All XBRL facts of a company."""
        ...


class FilingSource(CompanySource, Protocol):
    """EDGAR, or something laid out like it; errors as of a CompanySource."""

    def tickers(self) -> Fetched:
        """`company_tickers_exchange.json`: every listed share class with its CIK."""
        ...

    def tickers_without_exchange(self) -> Fetched:
        """`company_tickers.json`: the older list, which knows some share classes that the other does not."""
        ...

    def latest_filings(self, start: int) -> Fetched:
        """A page of forty entries of the Atom feed of the latest filings, from the one numbered `start`."""
        ...

    def daily_index(self, day: date) -> Fetched:
        """The index by form of all filings of one day, which appears in the night after it."""
        ...

    def bulk(self, name: BulkName) -> BinaryIO:
        """One of the nightly zip archives of all companies, open for reading at any place; close it when done."""
        ...

    def document(self, cik: Cik, accession: Accession, name: str) -> Fetched:
        """One document of a filing by its file name."""
        ...

    def filing_index(self, cik: Cik, accession: Accession) -> Fetched:
        """The page that lists the documents of a filing."""
        ...


class PriceSource(Protocol):
    """A vendor of daily prices. Raises SourceError when the request failed, NotFound for a ticker it does not know."""

    @property
    def name(self) -> str:
        """The name its bars are stored under."""
        ...

    def daily(self, ticker: Ticker, *, is_full: bool) -> Fetched:
        """The daily series of a share: the latest hundred days, or with `is_full` all there are."""
        ...


class OverviewSource(Protocol):
    """A vendor of company profiles. Raises SourceError when the request failed, NotFound for an unknown ticker."""

    @property
    def name(self) -> str:
        """The name its overviews are stored under."""
        ...

    def overview(self, ticker: Ticker) -> Fetched:
        """The vendor's profile of the company of a share."""
        ...


class NewsSource(Protocol):
    """A vendor of news. Raises SourceError when the request failed, InvalidRequest for a question it does not understand."""

    @property
    def name(self) -> str:
        """The name its articles are stored under."""
        ...

    def articles(self, query: str, *, since: date | None, page: int) -> Fetched:
        """Page `page` (from 1) of what a query finds, newest first."""
        ...


@dataclass(frozen=True, slots=True)
class StoredObject:
    """What a store knows of an object without reading it."""

    key: str
    size_bytes: int


class MartsBuilder(Protocol):
    """What builds the marts in the database."""

    def build(self) -> MartsBuild:
        """Builds and tests all marts; raises SetupError when the build cannot start."""
        ...


class ObjectStore(Protocol):
    """Named bytes. Keys are `/`-separated; a put replaces whole or not at all."""

    def put(self, key: str, content: bytes, *, media_type: str = "application/octet-stream") -> None:
        """Stores `content` under `key`, durably when it returns."""
        ...

    def get(self, key: str) -> bytes:
        """The whole object; raises NotFound, and IntegrityError where the store can tell that the bytes have changed."""
        ...

    def get_range(self, key: str, start: int, length: int) -> bytes:
        """Up to `length` bytes from `start`; fewer at the object's end, none past it. Raises NotFound."""
        ...

    def stat(self, key: str) -> StoredObject:
        """What is known of the object without reading it; raises NotFound."""
        ...

    def exists(self, key: str) -> bool:
        """Whether there is such an object."""
        ...

    def list(self, prefix: str) -> Iterator[StoredObject]:
        """The objects whose key begins with `prefix`, by key."""
        ...

    def delete(self, key: str) -> None:
        """Removes the object; none there is no error."""
        ...


class Cache(Protocol):
    """Cached results. A cache that fails makes the workbench slower, never wrong: no method raises its own errors."""

    def answer(self, key: str, make: Callable[[], bytes], *, seconds: float) -> bytes:
        """The cached result of `key`, or the result of `make`, which is then cached for `seconds`.

        Of concurrent callers one computes the result, and the others wait for it. An error of `make` is raised and not
        cached. A result whose computation started before a `drop` of its key is not cached.
        """
        ...

    def drop(self, key: str) -> None:
        """Drops the cached result of `key`; later calls get a result computed after this."""
        ...

    def clear(self) -> None:
        """Drops all cached results."""
        ...


class DatabaseAddress(Protocol):
    """The URL of the database with the account that counts now; it may change while the process runs."""

    def current(self) -> str:
        """The URL; raises DatabaseUnavailable if there is no account any longer."""
        ...

    def look_again(self) -> bool:
        """Looks for another account, because the database refused a new connection; returns whether the URL changed."""
        ...

    def close(self) -> None:
        """Stops looking after the account."""
        ...


class SecretStore(Protocol):
    """Secrets by name, read only."""

    def get(self, name: str) -> str:
        """The secret; raises NotFound, SourceUnavailable when the store does not answer, SetupError when it refuses us."""
        ...


class ColumnCipher(Protocol):
    """Encrypts secrets that are stored in the database, by a key that this process never has."""

    @property
    def prefix(self) -> bytes:
        """With what everything begins that it encrypted."""
        ...

    def encrypt(self, content: bytes, context: str) -> bytes:
        """The encrypted content, which can be opened with the same context alone.

        Raises SourceUnavailable when the service does not answer, SetupError when it refuses us.
        """
        ...

    def decrypt(self, sealed: bytes, context: str) -> bytes | None:
        """The content; None if it was changed, or is of another key or context. Raises as `encrypt` does."""
        ...


class Notifier(Protocol):
    """Channels by name, through which messages reach people."""

    @property
    def channels(self) -> Sequence[str]:
        """The names there are, in alphabetical order."""
        ...

    def send(self, channel: str, message: Message) -> None:
        """Sends the message, handed over when it returns.

        Raises NotFound for a channel that is not there, SetupError for one whose address is none, SourceUnavailable (or
        RateLimited) when it may go through later, SourceRefused when it will not. No error contains the address.
        """
        ...


class TextRecognizer(Protocol):
    """Text recognition (OCR) in pictures of pages."""

    @property
    def name(self) -> str:
        """The stable name stored beside a text that it recognized."""
        ...

    def recognize(self, picture: bytes) -> str:
        """The text in a picture, its paragraphs parted by blank lines; empty where there is none.

        Raises SetupError when it is not installed, MalformedDocument when it takes too long or fails.
        """
        ...


class Embedder(Protocol):
    """Text to unit vectors."""

    @property
    def model(self) -> str:
        """The stable name stored beside each vector."""
        ...

    @property
    def dimensions(self) -> int:
        """Length of each vector."""
        ...

    def embed(self, texts: Sequence[str]) -> Vectors:
        """One row a text, shape (len(texts), dimensions), each of length 1 (all zeros for a text without a known word)."""
        ...
