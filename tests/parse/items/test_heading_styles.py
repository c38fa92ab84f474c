"""Each way to print the headings of a form's items, beside each way to list them before or after."""

from __future__ import annotations

from collections.abc import Callable
from itertools import groupby

import pytest

from tests.parse.documents import WORDS, heading, page, paragraph
from tests.parse.items.test_sections import found, text_of

Item = tuple[str, str, str]  # part, number and title, as the form has them
Style = Callable[[str, str], str]

ANNUAL: list[Item] = [
    ("I", "1", "Business"), ("I", "1A", "Risk Factors"), ("I", "1B", "Unresolved Staff Comments"),
    ("I", "1C", "Cybersecurity"), ("I", "2", "Properties"), ("I", "3", "Legal Proceedings"),
    ("II", "5", "Market for Registrant's Common Equity"),
    ("II", "7", "Management's Discussion and Analysis of Financial Condition and Results of Operations"),
    ("II", "7A", "Quantitative and Qualitative Disclosures About Market Risk"),
    ("II", "8", "Financial Statements and Supplementary Data"), ("II", "9A", "Controls and Procedures"),
    ("II", "9B", "Other Information"), ("III", "10", "Directors, Executive Officers and Corporate Governance"),
    ("III", "11", "Executive Compensation"), ("IV", "15", "Exhibits and Financial Statement Schedules"),
]  # fmt: skip
QUARTERLY: list[Item] = [
    ("I", "1", "Financial Statements"), ("I", "2", "Management's Discussion and Analysis of Financial Condition"),
    ("I", "3", "Quantitative and Qualitative Disclosures About Market Risk"), ("I", "4", "Controls and Procedures"),
    ("II", "1", "Legal Proceedings"), ("II", "1A", "Risk Factors"), ("II", "2", "Unregistered Sales of Equity Securities"),
    ("II", "5", "Other Information"), ("II", "6", "Exhibits"),
]  # fmt: skip
FOREIGN: list[Item] = [
    ("I", "3", "Key Information"), ("I", "4", "Information on the Company"), ("I", "4A", "Unresolved Staff Comments"),
    ("I", "5", "Operating and Financial Review and Prospects"), ("I", "6", "Directors, Senior Management and Employees"),
    ("I", "11", "Quantitative and Qualitative Disclosures About Market Risk"), ("II", "15", "Controls and Procedures"),
    ("II", "16A", "Audit Committee Financial Expert"), ("II", "16K", "Cybersecurity"), ("III", "18", "Financial Statements"),
    ("III", "19", "Exhibits"),
]  # fmt: skip
FORMS = {"10-K": ANNUAL, "10-Q": QUARTERLY, "20-F": FOREIGN}

STYLES: dict[str, Style] = {
    "glued": lambda number, title: heading(f"ITEM {number}{title.upper()}"),
    "no space": lambda number, title: heading(f"Item{number}.{title}"),
    "hard spaces": lambda number, title: heading(f"Item&nbsp;{number}.&nbsp;&nbsp;&nbsp;{title}"),
    "dash": lambda number, title: heading(f"ITEM {number} &#8212; {title.upper()}"),
    "colon": lambda number, title: f"<p><u>Item {number}: {title}</u></p>",
    "bar": lambda number, title: heading(f"ITEM {number} | {title.upper()}"),
    "number sign": lambda number, title: heading(f"ITEM NO. {number} {title}"),
    "letters spaced": lambda number, title: heading(f"I T E M  {number}.  {' '.join(title.upper().replace(' ', ''))}"),
    "letter apart": lambda number, title: heading(f"Item {number.rstrip('ABCK')} {number.lstrip('0123456789')}. {title}"),
    "letter bracketed": lambda number, title: heading(
        f"Item {number[:-1]}({number[-1]}). {title}" if number[-1].isalpha() else f"Item {number}. {title}"
    ),
    "cells": lambda number, title: f"<table><tr><td>Item</td><td>{number}.</td><td><b>{title}</b></td></tr></table>",
    "two lines": lambda number, title: heading(f"Item {number}.") + heading(title),
    "a break": lambda number, title: f"<p><b>Item {number}<br>{title}</b></p>",
    "spans": lambda number, title: (
        f"<p><span><b>It</b></span><span><b>em {number}</b></span><span>.</span><span> {title}</span></p>"
    ),
    "title first": lambda number, title: heading(f"{title} (Item {number})"),
    "title in the line before": lambda number, title: f"<div align=center>{title}</div><div align=center>Item {number}</div>",
    "plain": lambda number, title: paragraph(f"Item {number}. {title}"),
    "no width": lambda number, title: heading(f"Item\u200b {number}.\u200b {title}"),
}


def as_list(items: list[Item]) -> str:
    parts = groupby(items, key=lambda item: item[0])
    return "".join(
        paragraph(f"PART {part}") + "".join(paragraph(f"Item {number}. {title}") for _, number, title in of_part)
        for part, of_part in parts
    )


def with_pages(items: list[Item]) -> str:
    rows = (
        f"<tr><td>Item {number}.</td><td>{title}</td><td>{3 * at + 1}</td></tr>" for at, (_, number, title) in enumerate(items)
    )
    return f"<table>{''.join(rows)}</table>"


def with_links(items: list[Item]) -> str:
    rows = (f"<tr><td><a href='#i{at}'>Item {number}. {title}</a></td></tr>" for at, (_, number, title) in enumerate(items))
    return f"<table>{''.join(rows)}</table>"


LISTS: dict[str, Callable[[list[Item]], str]] = {
    "no list": lambda _: "",
    "a list": as_list,
    "a table with pages": with_pages,
    "a table with links": with_links,
}


def report(form: str, style: Style, listed: str, after: str) -> bytes:
    """A filing with a text for each item, which says whose it is; `listed` stands before it and `after` at its end."""
    parts = [paragraph(f"FORM {form}"), listed, paragraph("See Item 4, Controls and Procedures, of this report.")]
    for at, (part, number, title) in enumerate(FORMS[form]):
        if at == 0 or FORMS[form][at - 1][0] != part:
            parts.append(heading(f"PART {part}"))
        parts.append(f"<a name='i{at}'></a>{style(number, title)}{paragraph(f'The text of {part}.{number}. {WORDS}')}")
    parts += [heading("SIGNATURES"), paragraph("Pursuant to the requirements of the Act, the registrant has signed."), after]
    return page(*parts)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("listed", LISTS)
@pytest.mark.parametrize("style", STYLES)
def test_each_item_has_its_own_text_and_no_other(style: str, listed: str, form: str) -> None:
    items = FORMS[form]
    for after in ("", paragraph("QuickLinks") + as_list(items)):
        document, sections = found(report(form, STYLES[style], LISTS[listed](items), after), form)
        assert list(sections) == [f"{part}.{number}" for part, number, _ in items]
        for name, section in sections.items():
            text = text_of(document, section)
            assert text.count("The text of ") == 1
            assert f"The text of {name}. " in text
