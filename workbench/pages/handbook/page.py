"""The handbook page: a chapter beside the contents, or what a search in all chapters finds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import panel as pn
from markupsafe import Markup

from workbench.pages.frame.html_panel import HtmlPanel
from workbench.pages.frame.markup import href
from workbench.pages.frame.messages import notice
from workbench.pages.frame.page import Content
from workbench.pages.frame.selection import Selection
from workbench.pages.frame.templates import fragment
from workbench.pages.handbook.chapters import START, Chapter, Match, chapter, find_sections, groups
from workbench.runtime import Workbench

_TEMPLATE = "handbook/page.html"
_MOST_MATCHES = 40
# Headings of these levels are listed in the contents.
_LISTED_LEVELS = (2,)


def handbook_page(_workbench: Workbench, selection: Selection) -> Content:
    """The chapter of the address, or the sections that match `q`."""
    shown = chapter(selection.document or START)
    panels: dict[str, pn.viewable.Viewable] = {
        "items": HtmlPanel(_contents(None if selection.q else shown, selection)),
        "chapter": HtmlPanel(_matches(selection) if selection.q else _chapter(shown, selection)),
    }
    title = f"{selection.q} · Handbook" if selection.q else f"{shown.title} · Handbook"
    return Content(title, panels, cards=("items", "chapter"), layout="reader handbook")


def _contents(shown: Chapter | None, selection: Selection) -> Markup:
    listed = [
        {"title": title, "chapters": [_entry(each, shown, selection) for each in members]} for title, members in groups()
    ]
    return fragment(_TEMPLATE, "contents", listed, selection.q, selection.as_of)


def _entry(each: Chapter, shown: Chapter | None, selection: Selection) -> dict[str, Any]:
    is_current = each is shown
    sections = _listed(each, selection) if is_current else []
    return {"title": each.title, "href": _href(each, selection), "is_current": is_current, "sections": sections}


def _listed(each: Chapter, selection: Selection) -> list[dict[str, str]]:
    sections = [section for section in each.sections if section.anchor and section.level in _LISTED_LEVELS]
    return [{"title": section.title, "href": _href(each, selection, section.anchor)} for section in sections]


def _href(to: Chapter, selection: Selection, anchor: str = "") -> str:
    return href("docs", Selection(document=to.key, item=anchor, as_of=selection.as_of))


def _chapter(shown: Chapter, selection: Selection) -> Markup:
    sections = [
        {
            "title": each.title,
            "level": min(each.level, 4),
            "html": each.html,
            "is_target": each.anchor == (selection.item or None),
        }
        for each in shown.sections
    ]
    return fragment(_TEMPLATE, "chapter", sections)


def _matches(selection: Selection) -> Markup:
    matches = find_sections(selection.q)
    if not matches:
        nothing = notice(
            "Nothing found in the handbook.", "Try fewer words, or the name of a setting, column or status.", is_inline=True
        )
        return fragment(_TEMPLATE, "matches", selection.q, "No section", nothing)
    count = f"{len(matches)} section{'s' if len(matches) > 1 else ''}"
    return fragment(_TEMPLATE, "matches", selection.q, count, fragment(_TEMPLATE, "match_list", _rows(matches, selection)))


def _rows(matches: Sequence[Match], selection: Selection) -> list[dict[str, Any]]:
    return [
        {
            "chapter": each.chapter.title,
            "title": each.section.title if each.section.anchor else "",
            "href": _href(each.chapter, selection, each.section.anchor),
            "snippet": each.snippet,
        }
        for each in matches[:_MOST_MATCHES]
    ]
