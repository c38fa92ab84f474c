"""What a page says where there is nothing to show."""

from __future__ import annotations

from markupsafe import Markup

from workbench.domain.errors import WorkbenchError
from workbench.pages.frame.templates import fragment

_SHARED = "frame/markup.html"


def notice(title: str, *paragraphs: str, is_inline: bool = False) -> Markup:
    """Says why there is nothing to see and what to do next; text between backticks is shown as code."""
    return fragment(_SHARED, "notice", title, paragraphs, is_inline)


def problem(error: WorkbenchError) -> Markup:
    """One clear message for an error."""
    message = error.message[:1].upper() + error.message[1:]
    hint = error.hint or ""
    return notice(message.rstrip(".") + ".", hint[:1].upper() + hint[1:] + ("." if hint and hint[-1] not in ".?" else ""))


def waiting(title: str = "") -> Markup:
    """What a card shows until it is filled."""
    return fragment(_SHARED, "waiting", title)
