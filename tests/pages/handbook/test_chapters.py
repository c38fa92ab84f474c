"""The handbook: chapters from the files of `docs`, links between them, and the search."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from urllib.parse import parse_qs, urlsplit

import pytest

from workbench.domain.errors import NotFound
from workbench.pages.handbook.chapters import DOCS, START, chapter, chapters, find_sections, groups


def test_every_file_of_docs_is_a_chapter() -> None:
    files = [path.relative_to(DOCS) for path in DOCS.rglob("*.md")]
    names = {path.parent.name if path.name == "README.md" else PurePosixPath(path).stem for path in files}
    assert set(chapters()) == names
    assert len(names) == len(files)
    assert next(each.key for _, members in groups() for each in members) == START


def test_links_lead_to_chapters_and_headings_that_there_are() -> None:
    links = [
        (each.key, link)
        for each in chapters().values()
        for section in each.sections
        for link in re.findall(r'href="([^"]*)"', section.html)
    ]
    inside = [(key, parse_qs(urlsplit(link.replace("&amp;", "&")).query)) for key, link in links if link.startswith("docs?")]
    assert len(inside) > 60
    for key, target in inside:
        found = chapter(target["document"][0])
        anchors = {section.anchor for section in found.sections}
        assert target.get("item", [""])[0] in anchors, (key, target)
    assert all(link.startswith(("docs?", "https://")) for _, link in links)


def test_a_link_to_a_file_that_is_no_chapter_keeps_its_words() -> None:
    html = "".join(section.html for each in chapters().values() for section in each.sections)
    assert "](" not in re.sub(r"<(pre|code).*?</\1>", "", html, flags=re.DOTALL)
    assert 'href=""' not in html


def test_markup_in_a_file_is_shown_as_text() -> None:
    html = "".join(section.html for each in chapters().values() for section in each.sections)
    assert not re.search(r"<(script|img|iframe|style)\b", html)


def test_the_search_finds_settings_reasons_columns_and_formulas() -> None:
    def found(q: str) -> list[tuple[str, str]]:
        return [(match.chapter.key, match.section.title) for match in find_sections(q)]

    assert found("WORKBENCH_ALERTS__CHANNELS")[0][0] in ("settings", "pages", "operations")
    assert ("settings", "Settings") in found("statement_timeout_seconds")
    assert ("statuses", "Reasons for a refused figure") in found("operand_restated_apart")
    assert ("columns", "facts") in found("value_exact")
    assert ("figures", "Ratios") in found("return_on_equity average")
    assert found("report run")[0] == ("statuses", "A report run")  # a heading before the text
    assert found("xyzzy") == found("  ") == []


def test_a_snippet_shows_the_words() -> None:
    (match,) = [each for each in find_sections("incorporated_by_reference proxy") if each.chapter.key == "statuses"]
    assert "incorporated_by_reference" in match.snippet
    assert len(match.snippet) < 240


def test_an_unknown_chapter_is_refused() -> None:
    with pytest.raises(NotFound, match="no chapter 'nothing'"):
        chapter("nothing")
