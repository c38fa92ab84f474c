"""Every error the workbench raises on purpose.

Errors marked * are transient: the same request may succeed later.

    WorkbenchError
    ├── InvalidRequest          the request is invalid (400, exit 2)
    │   ├── InvalidIdentifier   not in the form of a CIK, accession or ticker
    │   ├── FutureDate          an `as_of` after today
    │   ├── NotOverHttp         only a workbench with its own data answers that
    │   ├── KeyReused           an idempotency key that another request had (422)
    │   └── UnreadableDocument  a user's document is empty, damaged, locked ... (422, exit 1)
    │       └── DocumentTooLarge    a user's document is too large (413, exit 1)
    ├── NotFound                the request is valid, the thing does not exist (404, exit 1)
    ├── PermissionRefused       signed in, but not allowed (403)
    │   └── TooManyRequests     wait and try again (429)
    │       └── TooManyAttempts     failed to sign in too often
    ├── NotAuthenticated        not signed in (401)
    │   └── SecondFactorRequired    the password is right, and a one-time code is needed
    ├── Conflict                exists already, or was changed in the meantime (409)
    │   └── StillInProgress *   the same request is being answered; ask again for its answer
    ├── SourceError *           an outside service failed; try again later (503, exit 1)
    │   ├── RateLimited *       the source asked to slow down
    │   ├── SourceRefused       the source refused the request: contact, key or plan
    │   └── SourceUnavailable * no response, or a 5xx response
    ├── QueueFull *             too much work waits here already; try again later (503)
    ├── NotComputable           the rules fail on the facts of one company; others are not affected (503, exit 1)
    ├── MalformedDocument       the bytes are malformed; quarantine them and continue (502, exit 1)
    ├── SetupError              this machine or its settings; the hint says how to fix it (500, exit 1)
    │   ├── IntegrityError      stored bytes are not what was stored
    │   └── DatabaseUnavailable * the database is down or does not answer in time (503)
    └── Interrupted             the user stopped it; what was committed stays

`str(error)` is one line for the user; `hint` says what to do. All errors can be pickled, so that a worker can return them.
`is_transient` is the only rule for retries; `retry_after_seconds` is the delay that the source asked for, if any.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
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

    @property
    def with_hint(self) -> str:
        """The message, and the hint in parentheses behind it: for places that have one line for both."""
        return f"{self.message} ({self.hint})" if self.hint else self.message

    def __reduce__(self) -> tuple[Any, ...]:
        return (_rebuild, (type(self), self.__dict__.copy()))


def _rebuild(kind: type[WorkbenchError], state: dict[str, Any]) -> WorkbenchError:
    error = kind.__new__(kind)
    Exception.__init__(error, state["message"])
    error.__dict__.update(state)
    return error


class InvalidRequest(WorkbenchError):
    """The request is invalid; repeating it changes nothing."""


class InvalidIdentifier(InvalidRequest):
    """The text does not have the form of the requested identifier."""


class FutureDate(InvalidRequest):
    """An `as_of` that lies after today: nothing can be known about it."""


class NotOverHttp(InvalidRequest):
    """A question that a workbench over HTTP does not answer."""


class KeyReused(InvalidRequest):
    """The idempotency key was sent with another request before."""


class UnreadableDocument(InvalidRequest):
    """A user's document cannot be read; nothing was stored."""


class DocumentTooLarge(UnreadableDocument):
    """A user's document is larger than the limit."""


class NotFound(WorkbenchError):
    """The request is valid, but the thing does not exist."""


class PermissionRefused(WorkbenchError):
    """The user is signed in but not allowed to do this."""


class TooManyRequests(PermissionRefused):
    """The caller sent more requests than the limit; `retry_after_seconds` is how long to wait."""

    def __init__(self, message: str, *, retry_after_seconds: float, hint: str | None = None) -> None:
        super().__init__(message, hint=hint)
        self.retry_after_seconds = retry_after_seconds


class TooManyAttempts(TooManyRequests):
    """Sign-in failed too often from there or for that name."""


class NotAuthenticated(WorkbenchError):
    """The user is not signed in."""


class SecondFactorRequired(NotAuthenticated):
    """The password is right; the account also asks for a one-time code."""


class Conflict(WorkbenchError):
    """The thing exists already, or was changed in the meantime."""


class StillInProgress(Conflict):
    """The same request is being answered; its answer may be there after `retry_after_seconds`."""

    is_transient = True

    def __init__(self, message: str, *, retry_after_seconds: float, hint: str | None = None) -> None:
        super().__init__(message, hint=hint)
        self.retry_after_seconds = retry_after_seconds


class SourceError(WorkbenchError):
    """A request to an outside service failed. `retry_after_seconds` is the delay it asked for, or None."""

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
    """The service refuses the request (contact, key, plan); repeating it does not help."""

    is_transient = False


class SourceUnavailable(SourceError):
    """The service did not respond, or responded with an error of its own."""


class QueueFull(WorkbenchError):
    """A bounded queue is full; the same may work after `retry_after_seconds`."""

    is_transient = True

    def __init__(self, message: str, *, retry_after_seconds: float, hint: str | None = None) -> None:
        super().__init__(message, hint=hint)
        self.retry_after_seconds = retry_after_seconds


class NotComputable(WorkbenchError):
    """A company's figures cannot be computed from its facts by these rules; `__cause__` is what they failed with."""


class MalformedDocument(WorkbenchError):
    """Received bytes are malformed. `document` names them."""

    def __init__(self, message: str, *, document: str | None = None, hint: str | None = None) -> None:
        super().__init__(message, hint=hint)
        self.document = document


class SetupError(WorkbenchError):
    """A fault of this machine, its disk or the settings; `hint` says how to fix it."""


class IntegrityError(SetupError):
    """Stored bytes do not match the hash in their name."""


class DatabaseUnavailable(SetupError):
    """The database cannot be reached, or gave no answer in time; the same may work after `retry_after_seconds`."""

    is_transient = True
    retry_after_seconds = 5.0


class Interrupted(WorkbenchError):
    """Stopped by the user; what was committed stays."""


def error_name(kind: type[WorkbenchError]) -> str:
    """The name by which other programs know the class: its own in kebab case, such as `not-found`."""
    return "".join(f"-{letter.lower()}" if letter.isupper() else letter for letter in kind.__name__).lstrip("-")


def error_classes() -> Mapping[str, type[WorkbenchError]]:
    """Every class of the tree by its name of `error_name`."""
    return {error_name(kind): kind for kind in _below(WorkbenchError)}


def received_error(
    kind: type[WorkbenchError], message: str, *, hint: str | None, retry_after_seconds: float | None
) -> WorkbenchError:
    """An error that another program reported. What only its own program knows (`url`, `document`) is None."""
    state: dict[str, Any] = {"message": message, "hint": hint, "url": None, "document": None}
    if retry_after_seconds is not None or not hasattr(kind, "retry_after_seconds"):
        state["retry_after_seconds"] = retry_after_seconds
    return _rebuild(kind, state)


def _below(kind: type[WorkbenchError]) -> Iterator[type[WorkbenchError]]:
    yield kind
    for inner in kind.__subclasses__():
        if inner.__module__ == __name__:
            yield from _below(inner)
