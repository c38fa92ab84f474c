"""Who visits a page, and the mark of its own scripts. The server names both while it builds the page."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from workbench.domain.rights.ownership import NOBODY, Caller

_script_nonce: ContextVar[str] = ContextVar("script_nonce", default="")
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


def script_nonce() -> str:
    """The nonce of the page that is being built: the browser runs those scripts alone that bear it; empty without one."""
    return _script_nonce.get()


@contextmanager
def scripts_marked(nonce: str) -> Iterator[None]:
    """Builds pages whose scripts bear this nonce within the block."""
    token = _script_nonce.set(nonce)
    try:
        yield
    finally:
        _script_nonce.reset(token)
