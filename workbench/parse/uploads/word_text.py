"""A Word document as HTML: headings by their styles, paragraphs, lists, tables, notes at the end.

What tracked changes delete, comments, headers, footers and pictures are left out. A Word document has no pages of its own:
where they break is for each program that shows it to say.
"""

from __future__ import annotations

import re
import zipfile
from io import BytesIO
from typing import Any

import mammoth
from lxml import etree

from workbench.parse.html.paged_html import HtmlPage

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_LEVELS = 6  # of headings in HTML
_MOST_ANCESTORS = 20
_BACK_LINK = re.compile(r'<a href="#(?:foot|end)note-ref-[^"]*">↑</a>')


def word_pages(content: bytes) -> list[HtmlPage]:
    """The document as one page without a label."""
    styles = "\n".join([*_heading_styles(content), "p[style-name='Title'] => h1:fresh"])
    html = mammoth.convert_to_html(
        BytesIO(content), style_map=styles, include_embedded_style_map=False, convert_image=_without_pictures
    ).value
    return [HtmlPage(_BACK_LINK.sub("", html))]


def _without_pictures(_: Any) -> list[Any]:
    return []


def _heading_styles(content: bytes) -> list[str]:
    """The styles that are headings by their outline level or by that of the style they are based on, as a style map."""
    with zipfile.ZipFile(BytesIO(content)) as package:
        if "word/styles.xml" not in package.namelist():
            return []
        root = etree.fromstring(package.read("word/styles.xml"), etree.XMLParser(resolve_entities=False, no_network=True))
    styles = {style.get(f"{_W}styleId"): style for style in root.iter(f"{_W}style") if style.get(f"{_W}type") == "paragraph"}
    levels = {name: _level(name, styles) for name in styles if name}
    return [f"p.{_escaped(name)} => h{level + 1}:fresh" for name, level in levels.items() if level is not None]


def _level(name: str | None, styles: dict[str | None, etree._Element]) -> int | None:
    for _ in range(_MOST_ANCESTORS):
        style = styles.get(name)
        if style is None:
            return None
        outline = style.find(f"{_W}pPr/{_W}outlineLvl")
        if outline is not None:
            stated = outline.get(f"{_W}val") or ""
            return int(stated) if stated.isdigit() and int(stated) < _LEVELS else None
        based_on = style.find(f"{_W}basedOn")
        name = based_on.get(f"{_W}val") if based_on is not None else None
    return None


def _escaped(name: str) -> str:
    """A style's name in a style map, where all but letters of ASCII, digits and hyphens has a backslash before it."""
    return re.sub(r"[^A-Za-z0-9_-]|^(?=\d)", lambda match: f"\\{match[0]}", name)
