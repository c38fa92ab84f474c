"""A passage within a table is given what stands above it: title and units, head, and the labels of its rows."""

from __future__ import annotations

import pytest

from tests.parse.documents import page, paragraph
from tests.parse.pdfs import pdf
from workbench.domain.filings.passages import PassageSpan
from workbench.parse.html.filing_html import extract
from workbench.parse.html.passages import split_passages
from workbench.parse.items.primary_statements import find_statements
from workbench.parse.uploads.own_document import DocumentKind, extract_own

HEAD = "<tr><td></td><td colspan='2'>Years ended June 30,</td></tr><tr><td>(In thousands)</td><td>2024</td><td>2023</td></tr>"


def _row(label: str, *figures: str, indent: int = 0) -> str:
    cells = "".join(f"<td>{figure}</td>" for figure in figures)
    return f"<tr><td style='padding-left:{indent}pt'>{label}</td>{cells}</tr>"


def _rows(count: int, name: str, indent: int = 0) -> str:
    return "".join(
        _row(f"{name} of the orchards in district number {number}", f"{number},000", f"{number},500", indent=indent)
        for number in range(1, count)
    )


def _passages(*blocks: str) -> list[PassageSpan]:
    document = extract(page(*blocks))
    statements = [(each.start, each.end) for each in find_statements(document.text)]
    return split_passages(document, [], (), statements)


def test_a_later_part_of_a_table_has_title_units_head_and_the_label_of_its_rows() -> None:
    passages = _passages(
        paragraph("The harvest was late. " * 30),
        paragraph("Note 4. Harvest by district"),
        paragraph("(Unaudited; in thousands)"),
        f"<table>{HEAD}{_row('Apples:')}{_rows(30, 'Apples', 9)}{_row('Pears:')}{_rows(30, 'Pears', 9)}</table>",
        paragraph("Prices fell. " * 60),
    )
    inner = [each for each in passages if each.text.startswith(("Apples of", "Pears of"))]
    assert len(inner) >= 2
    titles = "Note 4. Harvest by district\n(Unaudited; in thousands)"
    head = "\tYears ended June 30,\n(In thousands)\t2024\t2023"
    for each in inner:
        label = "Apples:" if each.text.startswith("Apples") else "Pears:"
        assert each.context is not None
        assert each.context.split("\n") == [line.strip() for line in f"{titles}\n{head}\n{label}".split("\n")]
    assert [each.context for each in passages if each not in inner and not each.text.startswith("Pears:")] == [None] * (
        len([each for each in passages if each not in inner and not each.text.startswith("Pears:")])
    )


def test_a_list_of_exhibits_has_no_head() -> None:
    rows = "".join(f"<tr><td>10.{n}</td><td>{'Agreement of sale of land in the valley ' * 3}</td></tr>" for n in range(40))
    assert {each.context for each in _passages(paragraph("Exhibits"), f"<table>{rows}</table>")} == {None}


def test_a_statement_that_goes_on_in_another_table_is_one_thing() -> None:
    income = _row("Net sales", "$9,000", "8,000") + _rows(14, "Costs") + _row("Income tax expense", "7", "6")
    passages = _passages(
        paragraph("CONSOLIDATED STATEMENTS OF INCOME"),
        paragraph("(In thousands, except per share)"),
        f"<table>{HEAD}{income}</table>",
        f"<table>{_row('Net income', '$99', '88')}{_rows(28, 'Earnings')}</table>",
        paragraph("See the notes to these statements, which are a part of them. " * 3),
    )
    continued = next(each for each in passages if each.context and "Net sales" not in each.text)
    assert continued.context is not None
    lines = continued.context.split("\n")
    assert lines[:2] == ["CONSOLIDATED STATEMENTS OF INCOME", "(In thousands, except per share)"]
    assert "(In thousands)\t2024\t2023" in lines


def test_the_second_page_of_a_statement_in_a_pdf_has_the_head_of_the_first() -> None:
    first = ["CONSOLIDATED BALANCE SHEETS", "(in millions)", "June 30, 2024   2023"]
    first += [f"Assets of kind {number}   {number},100   {number},000" for number in range(1, 20)] + [
        "Total assets   900   800"
    ]
    second = [f"Payables of kind {number}   {number},100   {number},000" for number in range(1, 20)]
    extracted, pages = extract_own(pdf([first, [*second, "Total liabilities and equity   900   800"]]), DocumentKind.PDF)
    statements = [(each.start, each.end) for each in find_statements(extracted.text)]
    passages = split_passages(extracted, [], pages, statements)
    assert passages[0].context is None
    (context,) = {each.context for each in passages if each.page == 2}
    assert context == "CONSOLIDATED BALANCE SHEETS\n(in millions)\nJune 30, 2024 2023"


@pytest.mark.parametrize("title", ["Harvest fell by a third because of frost in April.", "x " * 100])
def test_a_sentence_above_a_table_is_no_title(title: str) -> None:
    passages = _passages(paragraph(title), f"<table>{HEAD}{_rows(40, 'Apples')}</table>")
    assert all(title.strip() not in (each.context or "") for each in passages)
