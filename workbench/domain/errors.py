"""Every error the workbench raises on purpose.

Errors marked * are transient: the same request may succeed later.

    WorkbenchError
    ├── InvalidRequest          you asked wrongly (400, exit 2)
    │   ├── InvalidIdentifier   not a CIK, accession or ticker by its form
    │   ├── FutureDate          an `as_of` after today
    │   └── UnreadableDocument  a document somebody brought is empty, damaged, locked ... (422, exit 1)
    │       └── DocumentTooLarge    or larger than is read (413, exit 1)
    ├── NotFound                asked rightly, does not exist (404, exit 1)
    ├── PermissionRefused       known, but not allowed (403)
    │   └── TooManyAttempts     failed too often; wait and try again (429)
    ├── NotAuthenticated        not known (401)
    ├── Conflict                exists already, or changed meanwhile (409)
    ├── SourceError *           could not ask; try again later (503, exit 1)
    │   ├── RateLimited *       the source said to slow down
    │   ├── SourceRefused       the source refused us: contact, key or plan
    │   └── SourceUnavailable * no answer, or an answer of 5xx
    ├── NotComputable           the facts are here, and the rules fail on them; others are not affected (503, exit 1)
    ├── MalformedDocument       got rubbish; quarantine it and go on (502, exit 1)
    ├── SetupError              this machine or its settings; the hint says how to fix it (500, exit 1)
    │   ├── IntegrityError      stored bytes are not what was stored
    │   └── DatabaseUnavailable * the database is down or does not answer in time (503)
    └── Interrupted             the user stopped it; what was committed stays

`str(error)` is one line for a person; `hint` says what to do. All of them survive pickling, so that a worker can send
them home. `is_transient` is the one rule for trying again; `retry_after_seconds` says when, where the source told.
"""

from __future__ import annotations

from typing import Any, ClassVar


class WorkbenchError(Exception):
    """Base of the tree. `message` is one line; `hint`, when given, says what to do about it.

    `is_transient` says whether the same request may succeed later, without anybody changing it or the settings.
    """

    is_transient: ClassVar[bool] = False

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return self.message

    def __reduce__(self) -> tuple[Any, ...]:
        return (_rebuild, (type(self), self.__dict__.copy()))


def _rebuild(kind: type[WorkbenchError], state: dict[str, Any]) -> WorkbenchError:
    error = kind.__new__(kind)
    Exception.__init__(error, state["message"])
    error.__dict__.update(state)
    return error


class InvalidRequest(WorkbenchError):
    """The question itself is wrong; asking it again changes nothing."""


class InvalidIdentifier(InvalidRequest):
    """The text has not the form of the identifier that was asked for."""


class FutureDate(InvalidRequest):
    """An `as_of` that lies after today: nothing can be known about it."""


class UnreadableDocument(InvalidRequest):
    """A document that somebody brought cannot be read; nothing of it was stored."""


class DocumentTooLarge(UnreadableDocument):
    """A document that somebody brought is larger than documents are read."""


class NotFound(WorkbenchError):
    """The question is right and the thing does not exist."""


class PermissionRefused(WorkbenchError):
    """Who asks is known and may not."""


class TooManyAttempts(PermissionRefused):
    """Sign-in failed too often from there or for that name; `retry_after_seconds` is how long to wait."""

    def __init__(self, message: str, *, retry_after_seconds: float, hint: str | None = None) -> None:
        super().__init__(message, hint=hint)
        self.retry_after_seconds = retry_after_seconds


class NotAuthenticated(WorkbenchError):
    """Who asks is not known."""


class Conflict(WorkbenchError):
    """The thing exists already, or was changed meanwhile."""


class SourceError(WorkbenchError):
    """An outside service could not be asked. `retry_after_seconds` is what it said, or None."""

    is_transient = True

    def __init__(
        self, message: str, *, hint: str | None = None, url: str | None = None, retry_after_seconds: float | None = None
    ) -> None:
        super().__init__(message, hint=hint)
        self.url = url
        self.retry_after_seconds = retry_after_seconds


class RateLimited(SourceError):
    """The service asked us to slow down."""


class SourceRefused(SourceError):
    """The service refuses us (contact, key, plan); asking again the same way is useless."""

    is_transient = False


class SourceUnavailable(SourceError):
    """The service gave no answer, or one of its own failure."""


class NotComputable(WorkbenchError):
    """A company's figures cannot be computed from its facts by these rules; `__cause__` is what they failed with."""


class MalformedDocument(WorkbenchError):
    """Bytes came, and they are not what they should be. `document` names them."""

    def __init__(self, message: str, *, document: str | None = None, hint: str | None = None) -> None:
        super().__init__(message, hint=hint)
        self.document = document


class SetupError(WorkbenchError):
    """This machine, its disk or the settings; `hint` says how to fix it."""


class IntegrityError(SetupError):
    """Stored bytes do not hash to their name any more."""


class DatabaseUnavailable(SetupError):
    """The database cannot be reached, or gave no answer in time; the same may work after `retry_after_seconds`."""

    is_transient = True
    retry_after_seconds = 5.0


class Interrupted(WorkbenchError):
    """Stopped by the user; what was committed stays."""
