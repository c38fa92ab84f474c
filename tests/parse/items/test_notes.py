"""Notes to the financial statements: their headings as filings print them, and what looks like one and is none."""

from __future__ import annotations

import pytest

from tests.conftest import MIRROR
from tests.parse.documents import heading, page, paragraph
from workbench.domain.filings.notes import Note
from workbench.parse.html.filing_html import extract
from workbench.parse.items.notes import find_notes
from workbench.parse.items.sections import find_sections

BODY = paragraph("We recognise the harvest when a buyer has taken it over; see Note 2 for leases. " * 6)
ALL = heading("NOTES TO CONSOLIDATED FINANCIAL STATEMENTS")


def _notes(*blocks: str, form: str | None = None) -> list[tuple[str, str]]:
    document = extract(page(*blocks))
    notes = find_notes(document, find_sections(document, form) if form else [])
    assert [note.end for note in notes[:-1]] == [note.start for note in notes[1:]]
    for note in notes:
        assert note.title in " ".join(document.text[note.start : note.end].split())
    return [(note.number, note.title) for note in notes]


@pytest.mark.parametrize(
    "headings",
    [
        ("Note 1. Accounting policies", "Note 2. Leases", "Note 3. Debt"),
        ("NOTE 1 — ACCOUNTING POLICIES", "NOTE 2 — LEASES", "NOTE 3 — DEBT"),
        ("1. Accounting policies", "2. Leases", "3. Debt"),
        ("(1) Accounting policies", "(2) Leases", "(3) Debt"),
        ("Note A: Accounting policies", "Note B: Leases", "Note C: Debt"),
    ],
)
def test_notes_are_told_by_number_and_title(headings: tuple[str, ...]) -> None:
    blocks = [part for each in headings for part in (heading(each), BODY)]
    names = [title.casefold() for _, title in _notes(ALL, *blocks)]
    assert names == ["accounting policies", "leases", "debt"]


def test_a_title_below_its_number_belongs_to_it() -> None:
    blocks = [part for name in ("LEASES", "DEBT") for part in (heading(f"NOTE {'12'[name == 'DEBT']}"), heading(name), BODY)]
    assert _notes(ALL, *blocks) == [("1", "LEASES"), ("2", "DEBT")]


def test_lists_of_contents_running_headers_and_sentences_are_no_notes() -> None:
    rows = "".join(
        f"<tr><td>Note {n}</td><td>{name}</td><td>{60 + n}</td></tr>" for n, name in ((1, "Policies"), (2, "Leases"))
    )
    blocks = [
        ALL, f"<table>{rows}</table>", heading("Note 1. Policies"), BODY, paragraph("Note 2 to these statements is short."),
        heading("Note 1. Policies (continued)"), BODY, heading("Note 2. Leases"), BODY, paragraph("Note 9 is elsewhere."),
    ]  # fmt: skip
    assert _notes(*blocks) == [("1", "Policies"), ("2", "Leases")]


def test_headings_before_the_notes_and_lists_within_them_are_none() -> None:
    before = [heading("1. Financial Statements"), BODY, heading("2. Schedules"), BODY]
    steps = [heading("1. Identify the contract"), heading("2. Identify the obligations"), heading("3. Set the price"), BODY]
    assert _notes(*before) == []
    assert _notes(*before, ALL, heading("Note 1 - Policies"), *steps, heading("Note 2 - Leases"), BODY) == [
        ("1", "Policies"), ("2", "Leases"),
    ]  # fmt: skip


def test_the_last_note_ends_before_the_report_of_the_auditors_and_with_its_item() -> None:
    report = heading("Report of Independent Registered Public Accounting Firm")
    document = extract(page(ALL, heading("Note 1. Policies"), BODY, heading("Note 2. Leases"), BODY, report, BODY))
    last = find_notes(document)[-1]
    assert document.text[last.end :].startswith("Report of Independent")
    items = [heading("Item 8. Financial Statements and Supplementary Data"), ALL, heading("Note 1. Policies"), BODY]
    items += [heading("Note 2. Leases"), BODY, heading("Item 9A. Controls and Procedures"), BODY]
    document = extract(page(*items))
    last = find_notes(document, find_sections(document, "10-K"))[-1]
    assert document.text[last.end :].lstrip().startswith("Item 9A")


@pytest.mark.mirror
@pytest.mark.parametrize(
    ("path", "count", "fourth", "last"),
    [
        ("320187/000032018724000044/nke-20240531.htm", 19, "FAIR VALUE MEASUREMENTS", "RESTRUCTURING"),
        ("80424/000008042425000076/pg-20250630.htm", 14, "GOODWILL AND INTANGIBLE ASSETS", "SUPPLIER FINANCE PROGRAMS"),
        ("1045810/000104581024000029/nvda-20240128.htm", 17, "Stock-Based Compensation", "Segment Information"),
        ("1744489/000174448923000171/dis-20230701.htm", 17, None, "New Accounting Pronouncements"),
        ("63908/000006390823000076/mcd-20230630.htm", 0, None, None),  # its notes have no numbers
    ],
)
def test_notes_of_recorded_reports(path: str, count: int, fourth: str | None, last: str | None) -> None:
    document = extract((MIRROR / "Archives/edgar/data" / path).read_bytes())
    notes: list[Note] = find_notes(document)
    assert len(notes) == count
    assert [int(note.number) for note in notes] == list(range(1, count + 1))
    assert fourth is None or notes[3].title == fourth
    assert last is None or notes[-1].title == last
