"""Every template and macro escapes what it is given; no markup is put together in code."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jinja2 import DictLoader, StrictUndefined, UndefinedError, meta
from markupsafe import Markup

from api.first_start import TEMPLATES as FIRST_START
from api.security.sign_in_page import TEMPLATES as SIGN_IN
from workbench.analysis.operations.marts_report import TEMPLATES as MARTS
from workbench.analysis.templates import Templates
from workbench.ingest.alerts.notice_message import templates as messages
from workbench.ingest.starter.compose import templates as starter
from workbench.pages.frame.templates import PAGES
from workbench.reports.tables import TEMPLATES as REPORTS

ROOT = Path(__file__).parents[2]
# Panel renders this one in an environment of its own.
_FOREIGN = {"workbench/pages/frame/page.html"}


def sources() -> dict[str, tuple[Templates, str]]:
    """Each template of markup by its path, with whose it is and its name there."""
    found = {}
    for folder, templates in (
        ("workbench/pages", PAGES), ("api", FIRST_START), ("api/security", SIGN_IN),
        ("workbench/analysis/operations", MARTS), ("workbench/ingest/alerts", messages()),
        ("workbench/ingest/starter", starter()), ("workbench/reports", REPORTS),
    ):  # fmt: skip
        for name in templates.environment.list_templates(["html"]):
            if folder != "api" or "/" not in name:
                found[f"{folder}/{name}"] = (templates, name)
    return {path: where for path, where in found.items() if path not in _FOREIGN}


ALL = sources()


class Hostile:
    """A value whose every attribute, element and text is hostile, and which is there or not as it likes."""

    def __init__(self, text: str, is_there: bool) -> None:
        self._text = text
        self._is_there = is_there

    def __getattr__(self, name: str) -> Hostile:
        if name.startswith("__"):
            raise AttributeError(name)
        return self

    def __getitem__(self, _: object) -> Hostile:
        return self

    def __call__(self, *_: object) -> Hostile:
        return self

    def __iter__(self) -> Iterator[Hostile]:
        return iter((self, self))

    def __len__(self) -> int:
        return 2

    def __bool__(self) -> bool:
        return self._is_there

    def __add__(self, _: object) -> Hostile:
        return self

    def __str__(self) -> str:
        return self._text


def rendered(templates: Templates, name: str, value: Hostile) -> Iterator[str]:
    """The whole template, and each of its macros, with this value wherever one is asked for."""
    template = templates.environment.get_template(name)
    assert templates.environment.loader is not None
    source = templates.environment.loader.get_source(templates.environment, name)[0]
    names = meta.find_undeclared_variables(templates.environment.parse(source))
    values = dict.fromkeys(names | {"title", "is_wide"}, value)
    yield template.render(values)
    module = template.make_module(values)
    for macro in re.findall(r"{% macro (\w+)", source):
        made = getattr(module, macro)
        yield str(made(*[value] * len(made.arguments)))


def test_every_template_is_found() -> None:
    here = {path.relative_to(ROOT) for folder in ("workbench", "api") for path in (ROOT / folder).rglob("*.html")}
    assert set(ALL) | _FOREIGN == {path.as_posix() for path in here}


@pytest.mark.parametrize("name", ALL)
@given(rest=st.text(max_size=20), is_there=st.booleans())
@settings(max_examples=5)
def test_hostile_text_is_escaped_by_every_template_and_macro(name: str, rest: str, is_there: bool) -> None:
    templates, template = ALL[name]
    for text in ("<script>alert(1)</script>", "\"'><img src=x onerror=alert(1)>", f"<bdo{rest}&"):
        for html in rendered(templates, template, Hostile(text, is_there)):
            assert text not in html
            assert "<script>alert" not in html
            assert "<img src=x" not in html


@pytest.mark.parametrize("name", ALL)
def test_no_template_calls_a_text_safe(name: str) -> None:
    assert "safe" not in re.findall(r"\|\s*(\w+)", (ROOT / name).read_text(encoding="utf-8"))


def test_a_name_that_is_missing_raises_and_lines_join_without_blanks() -> None:
    assert PAGES.environment.undefined is StrictUndefined
    with pytest.raises(UndefinedError):
        PAGES.environment.from_string("{{ nothing }}").render()
    written = {"joined.html": "<p>\n  one\n  two\n  <b>{{ three }}</b>\n</p>\n"}
    joined = PAGES.environment.overlay(loader=DictLoader(written)).get_template("joined.html")
    assert joined.render(three="3\n4") == "<p> one two<b>3\n4</b></p>"  # a value keeps its lines


def test_text_templates_escape_nothing() -> None:
    assert messages().text("notice_trial.txt", channel="a & b", base="http://x/?a&b").count("&") == 2


def test_a_fragment_is_markup() -> None:
    made = PAGES.fragment("frame/markup.html", "tag", "<b>", "good")
    assert isinstance(made, Markup)
    assert made == '<span class="tag good">&lt;b&gt;</span>'


# The reader's own rendering of a filing, whose tags open and close where the source's do; and formats that are made HTML for
# the parser of filings, which nobody is shown.
_LEFT = {
    "workbench/parse/html/filing_render.py",
    "workbench/parse/uploads/mail_text.py",
    "workbench/parse/uploads/rtf_text.py",
    "workbench/parse/uploads/slides_text.py",
    "workbench/parse/uploads/workbook_text.py",
}


def found_in(pattern: str) -> dict[str, list[str]]:
    files = [path for folder in ("workbench", "api", "db") for path in (ROOT / folder).rglob("*.py")]
    hits: dict[str, Any] = {}
    for path in files:
        lines = [line.strip() for line in path.read_text(encoding="utf-8").splitlines() if re.search(pattern, line)]
        if lines:
            hits[path.relative_to(ROOT).as_posix()] = lines
    return hits


def test_no_code_escapes_markup_or_writes_it() -> None:
    assert set(found_in(r"\bhtml import .*\bescape|markupsafe import .*\bescape")) <= _LEFT
    written = found_in(r"""f["'][^"']*</?(p|div|span|a|td|tr|th|ul|li|h[1-6]|form|input|option|table)\b""")
    assert set(written) <= _LEFT
