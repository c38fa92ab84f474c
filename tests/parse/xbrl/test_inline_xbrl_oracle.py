"""Inline facts against the SEC's own reading of the same filing: its instance document, its rendered pages, its workbook."""

from __future__ import annotations

import re
import zipfile
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from lxml import etree, html

from tests.conftest import MIRROR
from workbench.parse.xbrl.inline_xbrl import InlineFact, InlineXbrl, parse_inline_xbrl

pytestmark = pytest.mark.mirror

FOLDER = MIRROR / "Archives/edgar/data/320193/000032019325000057"
_INSTANCE = "{http://www.xbrl.org/2003/instance}"


@pytest.fixture(scope="module")
def inline() -> InlineXbrl:
    return _inline(FOLDER / "aapl-20250329.htm")


def _inline(path: Path) -> InlineXbrl:
    parsed = parse_inline_xbrl(path.read_bytes())
    assert parsed is not None
    return parsed


def _name(element: etree._Element) -> str:
    return f"{element.prefix}:{etree.QName(element).localname}"


def _instance(path: Path) -> tuple[dict[str, Any], list[etree._Element]]:
    """Contexts by id as (start, end, axis to member) in text, and the elements that are facts."""
    root = etree.parse(path).getroot()
    contexts = {}
    for context in root.iter(f"{_INSTANCE}context"):
        days = {etree.QName(day).localname: day.text for day in context.find(f"{_INSTANCE}period")}
        members = {
            member.get("dimension"): "".join(member.itertext()).strip()
            for member in context.iter("{http://xbrl.org/2006/xbrldi}*")
        }
        contexts[context.get("id")] = (days.get("startDate"), days.get("endDate") or days.get("instant"), members)
    return contexts, [element for element in root if element.get("contextRef")]


@pytest.mark.parametrize(
    ("document", "numbers", "texts"),
    [
        ("320193/000032019325000057/aapl-20250329", 674, 86),
        ("320193/000032019323000077/aapl-20230701", 736, 99),
    ],
)
def test_every_fact_equals_the_secs_instance_document(document: str, numbers: int, texts: int) -> None:
    folder = MIRROR / "Archives/edgar/data"
    contexts, elements = _instance(folder / f"{document}_htm.xml")
    parsed = _inline(folder / f"{document}.htm")
    assert parsed.dropped == {}
    assert (len(parsed.facts), len(parsed.texts)) == (numbers, texts)
    ours = {fact.element_id: fact for fact in (*parsed.facts, *parsed.texts)}
    assert len(ours) == numbers + texts == len(elements)
    for element in elements:
        fact = ours[element.get("id") or ""]
        start, end, members = contexts[element.get("contextRef")]
        start = None if start == end else start  # a day is an instant, as in the SEC's companyfacts
        assert str(fact.concept) == _name(element)
        assert (str(fact.period_start) if fact.period_start else None, str(fact.period_end)) == (start, end)
        assert dict(fact.dimensions) == members
        if element.get("{http://www.w3.org/2001/XMLSchema-instance}nil") == "true":
            assert fact.value is None
        elif isinstance(fact, InlineFact):
            assert fact.value == Decimal(element.text or ""), fact
        else:
            assert _words(fact.value or "") == _words(_said(element, fact.is_markup)), fact


def _said(element: etree._Element, is_markup: bool) -> str:
    text = element.text or ""
    return "".join(html.fromstring(f"<div>{text}</div>").itertext()) if is_markup else text


def _words(text: str) -> str:
    return "".join(text.split())


def _rendered(number: int) -> list[list[str]]:
    """The cells of a page that the SEC rendered, as text, heads and rows with figures alike."""
    page = html.fromstring((FOLDER / f"R{number}.htm").read_bytes())
    table = page.xpath("//table[contains(@class, 'report')]")[0]
    rows = []
    for row in table.xpath("./tr"):
        concept = re.search(r"defref_([A-Za-z-]+)_(\w+)", "".join(row.xpath(".//a/@onclick")))
        cells = [" ".join(cell.text_content().split()) for cell in row.xpath("./td|./th")]
        rows.append([f"{concept[1]}:{concept[2]}" if concept else "", *cells])
    return rows


def _shown(text: str) -> Decimal | None:
    match = re.fullmatch(r"(\()?(?:\$ )?(\()?([\d,]+(?:\.\d+)?)\)?", text)
    return Decimal(match[3].replace(",", "")) * (-1 if match[1] or match[2] else 1) if match else None


@pytest.mark.parametrize(("number", "figures"), [(2, 76), (3, 40), (4, 54), (5, 8), (6, 77), (7, 56)])
def test_every_figure_of_the_rendered_statements_is_an_inline_fact(inline: InlineXbrl, number: int, figures: int) -> None:
    known: dict[str, set[Decimal]] = {}
    for fact in inline.facts:
        if fact.value is not None:
            known.setdefault(str(fact.concept), set()).add(fact.value)
    rows = _rendered(number)
    head = " ".join(rows[0]).lower()
    scales = [Decimal(1)] + [Decimal(10) ** power for word, power in (("thousands", 3), ("millions", 6)) if word in head]
    found = 0
    for concept, _label, *cells in rows:
        for cell in cells:
            value = _shown(cell) if concept else None
            if value is not None:
                found += 1
                signed = known[concept] | {-each for each in known[concept]}  # the SEC turns signs by the label's role
                assert any(value * scale in signed for scale in scales), (concept, cell)
    assert found == figures


def test_the_workbook_says_the_same_as_the_pages(inline: InlineXbrl) -> None:
    with zipfile.ZipFile(FOLDER / "Financial_Report.xlsx") as workbook:
        sheet = etree.fromstring(workbook.read("xl/worksheets/sheet2.xml"))
    numbers = {
        Decimal(cell.findtext("{*}v") or "")
        for cell in sheet.iter("{*}c")
        if cell.get("t") in (None, "n") and cell.findtext("{*}v")
    }
    values = {fact.value for fact in inline.facts if fact.value is not None}
    assert len(numbers) > 50
    assert {number for number in numbers if number * 10**6 not in values and number * 1000 not in values} <= values
