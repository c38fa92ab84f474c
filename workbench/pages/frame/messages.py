"""Messages: empty states, errors and placeholders."""

from __future__ import annotations

import re

from markupsafe import Markup

from workbench.domain.errors import WorkbenchError
from workbench.domain.operations.page_list import PAGES, pages_for
from workbench.pages.frame.templates import fragment
from workbench.pages.frame.visitor import visitor

_SHARED = "frame/markup.html"
_PAGE = re.compile(rf"\bthe page ({'|'.join(page.label for page in PAGES)})\b")


def notice(title: str, *paragraphs: str, is_inline: bool = False) -> Markup:
    """An empty state: why there is nothing to show and what to do next.

    Text between backticks is shown as code; a page that the text names is a link.
    """
    return fragment(_SHARED, "notice", title, [with_pages(text) for text in paragraphs], is_inline)


def with_pages(text: str) -> Markup:
    """The text with a link to each page that it names as `the page NAME`, where the visitor may open it."""
    paths = {page.label: page.path for page in pages_for(visitor().role)}
    linked, end = Markup(), 0
    for named in _PAGE.finditer(text):
        if named[1] in paths:
            linked += text[end : named.start(1)]
            linked += fragment(_SHARED, "page_link", paths[named[1]], named[1])
            end = named.end()
    return linked + text[end:]


def problem(error: WorkbenchError) -> Markup:
    """The message and hint of an error."""
    message = error.message[:1].upper() + error.message[1:]
    hint = error.hint or ""
    return notice(message.rstrip(".") + ".", hint[:1].upper() + hint[1:] + ("." if hint and hint[-1] not in ".?" else ""))


def waiting(title: str = "") -> Markup:
    """The placeholder of a card until it is filled."""
    return fragment(_SHARED, "waiting", title)
