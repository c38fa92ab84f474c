"""The chapters of the handbook: the Markdown files of `docs`, split into sections, as HTML with links between them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path, PurePosixPath

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

from workbench.domain.errors import NotFound
from workbench.pages.frame.markup import href
from workbench.pages.frame.selection import Selection

DOCS = Path(__file__).parents[3] / "docs"

# The files by name without `.md`, in reading order; those of `decisions` follow their index.
GROUPS: Mapping[str, Sequence[str]] = {
    "Who uses it": (
        "handbook/start",
        "handbook/analysts",
        "handbook/researchers",
        "handbook/report-readers",
        "handbook/programs",
    ),
    "What it shows": ("handbook/figures", "handbook/statuses", "handbook/columns", "handbook/methods", "accuracy"),
    "How it is used": ("pages", "research", "api"),
    "How it is run": ("settings", "operations", "capacity", "security", "architecture", "mutants"),
    "Why it is so": ("decisions/README",),
}
START = "start"
_MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable("table")


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with the text below it, to the next heading. `anchor` is empty for the head of a chapter."""

    anchor: str
    title: str
    level: int
    html: Markup
    text: str


@dataclass(frozen=True, slots=True)
class Chapter:
    """One file: its `key` in an address, its title, and its sections in order."""

    key: str
    title: str
    sections: tuple[Section, ...]


@dataclass(frozen=True, slots=True)
class Match:
    """A section that has all words of a search, and the text around the first of them."""

    chapter: Chapter
    section: Section
    snippet: str


@cache
def chapters() -> Mapping[str, Chapter]:
    """Every chapter by its key, in reading order; none where the program was installed without its `docs`."""
    return {key: _chapter(key, name) for key, name in _names().items()}


def chapter(key: str) -> Chapter:
    """The chapter of this key; raises NotFound."""
    if key not in chapters():
        raise NotFound(f"the handbook has no chapter {key!r}", hint="choose one from its contents" if chapters() else "")
    return chapters()[key]


def groups() -> Iterator[tuple[str, list[Chapter]]]:
    """The chapters under their headings; decisions are reached from their index."""
    for title, names in GROUPS.items():
        listed = [chapters()[_key(name)] for name in names if _key(name) in chapters()]
        if listed:
            yield title, listed


def find_sections(q: str) -> list[Match]:
    """The sections with every word of `q`, those with the words in their heading first, then in reading order."""
    words = q.casefold().split()
    matches = []
    for each in chapters().values() if words else ():
        for section in each.sections:
            text = f"{section.title} {section.text}".casefold()
            if all(word in text for word in words):
                is_titled = all(word in section.title.casefold() for word in words)
                matches.append((not is_titled, Match(each, section, _snippet(section.text, words))))
    return [match for _, match in sorted(matches, key=lambda ranked: ranked[0])]


def _names() -> Mapping[str, str]:
    """The files by key, without `.md`."""
    listed = [name for names in GROUPS.values() for name in names]
    decisions = sorted(f"decisions/{path.stem}" for path in (DOCS / "decisions").glob("[0-9]*.md"))
    return {_key(name): name for name in (*listed, *decisions) if (DOCS / f"{name}.md").is_file()}


def _key(name: str) -> str:
    path = PurePosixPath(name)
    return path.parent.name if path.name == "README" else path.name


def _chapter(key: str, name: str) -> Chapter:
    tokens = _MARKDOWN.parse((DOCS / f"{name}.md").read_text(encoding="utf-8"))
    keys = {f"{each}.md": each_key for each_key, each in _names().items()}
    _direct_links(tokens, PurePosixPath(name).parent, keys, key)
    starts = [place for place, token in enumerate(tokens) if token.type == "heading_open"]
    sections: list[Section] = []
    for start, end in zip(starts, [*starts[1:], len(tokens)], strict=True):
        title = _text([tokens[start + 1]])
        anchor = _anchor(title, [each.anchor for each in sections]) if sections else ""
        body = tokens[start + 3 : end]
        html = _MARKDOWN.renderer.render(body, _MARKDOWN.options, {})
        level = int(tokens[start].tag.removeprefix("h"))
        sections.append(Section(anchor, title, level, Markup(html), _text(body)))  # noqa: S704 (our own)  # nosec B704
    return Chapter(key, sections[0].title, tuple(sections))


def _direct_links(tokens: Sequence[Token], folder: PurePosixPath, keys: Mapping[str, str], own_key: str) -> None:
    """Makes links between the files links between chapters; a file that is no chapter is named without a link."""
    for token in tokens:
        opened = [True]
        for part in token.children or ():
            if part.type == "link_open":
                target = _target(str(part.attrs["href"]), folder, keys, own_key)
                opened.append(target is not None)
                part.attrs["href"] = target or ""
            is_linked = opened[-1] if part.type != "link_close" else opened.pop()
            if part.type in ("link_open", "link_close") and not is_linked:
                part.type, part.tag, part.nesting, part.attrs = "text", "", 0, {}


def _target(link: str, folder: PurePosixPath, keys: Mapping[str, str], own_key: str) -> str | None:
    if re.match(r"https?:", link):
        return link
    path, _, anchor = link.partition("#")
    steps: list[str] = []
    for step in (folder / path).parts:
        steps = steps[:-1] if step == ".." else [*steps, step]
    key = keys.get("/".join(steps)) if path else own_key
    return href("docs", Selection(document=key, item=anchor)) if key else None


def _text(tokens: Sequence[Token]) -> str:
    """The words of the tokens, without markup."""
    blocks = ["".join(part.content or " " for part in each.children or ()) or each.content for each in tokens]
    return " ".join(" ".join(blocks).split())


def _anchor(title: str, taken: Sequence[str]) -> str:
    """The anchor of a heading as Markdown's hosts make it: `Scheduled jobs` is `scheduled-jobs`."""
    anchor = re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")
    return anchor if anchor not in taken else f"{anchor}-{sum(each.startswith(anchor) for each in taken)}"


def _snippet(text: str, words: Sequence[str]) -> str:
    """About two lines of the text, from before the first of the words that it has."""
    low = text.casefold()
    place = min((low.find(word) for word in words if word in low), default=0)
    start = text.rfind(" ", 0, max(0, place - 60)) + 1 if place > 80 else 0
    shown = text[start : start + 220]
    return ("… " if start else "") + shown + (" …" if start + 220 < len(text) else "")
