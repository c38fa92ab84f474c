"""Who visits a page. The server names the visitor while it builds the page, and the page's panels keep it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from workbench.domain.rights.ownership import NOBODY, Caller

_visitor: ContextVar[Caller] = ContextVar("visitor", default=NOBODY)


def visitor() -> Caller:
    """The visitor of the page that is being built; nobody where the server named none."""
    return _visitor.get()


@contextmanager
def visited_by(caller: Caller) -> Iterator[None]:
    """Builds pages for this visitor within the block."""
    token = _visitor.set(caller)
    try:
        yield
    finally:
        _visitor.reset(token)
