"""Messages: empty states, errors and placeholders."""

from __future__ import annotations

from markupsafe import Markup

from workbench.domain.errors import WorkbenchError
from workbench.pages.frame.templates import fragment

_SHARED = "frame/markup.html"


def notice(title: str, *paragraphs: str, is_inline: bool = False) -> Markup:
    """An empty state: why there is nothing to show and what to do next; text between backticks is shown as code."""
    return fragment(_SHARED, "notice", title, paragraphs, is_inline)


def problem(error: WorkbenchError) -> Markup:
    """The message and hint of an error."""
    message = error.message[:1].upper() + error.message[1:]
    hint = error.hint or ""
    return notice(message.rstrip(".") + ".", hint[:1].upper() + hint[1:] + ("." if hint and hint[-1] not in ".?" else ""))


def waiting(title: str = "") -> Markup:
    """The placeholder of a card until it is filled."""
    return fragment(_SHARED, "waiting", title)
