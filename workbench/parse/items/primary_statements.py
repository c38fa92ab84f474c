"""Where the primary financial statements stand in a document's text: a title, and the rows of figures below it.

A statement that runs over pages is one span. Lists of contents, sentences that name a statement, and statements without the
line that each of its kind has are none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from workbench.domain.statements.statement import StatementKind

_KINDS = {
    StatementKind.BALANCE: r"balance sheets?|statements? of (?:consolidated )?financial (?:position|condition)",
    StatementKind.INCOME: (
        r"statements? of (?:consolidated )?(?:net )?(?:income|operations|earnings|loss(?:es)?)"
        r"|statements? of profit (?:and|or) loss|income statements?|earnings statements?"
    ),
    StatementKind.CASHFLOW: r"statements? of (?:consolidated )?cash flows?|cash flows? statements?",
}
_OTHER = r"statements? of (?:consolidated )?(?:comprehensive|changes in|stockholders|shareholders|shareowners|equity)"
# What every statement of a kind has a row of.
_LINES = {
    StatementKind.BALANCE: (r"^\W*total (?:consolidated )?(?:assets|liabilities|equity|(?:stock|share)(?:holders|owners))",),
    StatementKind.INCOME: (
        r"^\W*(?:consolidated )?(?:net|profit|loss|earnings)\b.{0,40}?(?:income|loss|earnings|profit|year|period)",
        r"^\W*(?:total |net )?(?:.{0,30}\b)?(?:revenues?|sales|interest income|premiums|turnover)\b",
        r"tax",
    ),
    StatementKind.CASHFLOW: (r"operating activities|by operations", r"^\W*(?:net|profit|consolidated|earnings|income)\b"),
}
_PHRASE = re.compile(
    rf"\b(?:(?P<other>{_OTHER})|(?P<balance>{_KINDS[StatementKind.BALANCE]})"
    rf"|(?P<income>{_KINDS[StatementKind.INCOME]})|(?P<cashflow>{_KINDS[StatementKind.CASHFLOW]}))\b",
    re.IGNORECASE,
)
_LONGEST_TITLE = 150
_NOTES = re.compile(r"^\W*notes to (?:the )?(?:\w+ ){0,3}(?:financial )?statements", re.IGNORECASE)
_USUAL = re.compile(
    r"\b(?:consolidated|condensed|combined|interim|unaudited|continued|and|of|the|its|subsidiaries|subsidiary|comprehensive|"
    r"income|loss|inc|corporation|corp|company|co|plc|for|years?|ended)\b",
    re.IGNORECASE,
)
_MOST_OTHER_WORDS = 5
# The last cell of a row: a figure, or a dash for none.
_FIGURE = re.compile(r"(?:^|[\s$(])\(?\$?\d[\d,.]*\)?\s?%?$|[—–-]$")
_LONGEST_CELL = 24
_LONGEST_ROW = 400
_LOOKED_AT = 40
_FEWEST_ROWS = 8
# More lines without a figure than these are text, and the statement has ended.
_MOST_LINES_BETWEEN = 10
_LONGEST = 16_000


class StatementSpan(NamedTuple):
    """A primary statement: its kind and its characters [start, end)."""

    kind: StatementKind
    start: int
    end: int


class _Title(NamedTuple):
    kind: StatementKind | None
    start: int
    end: int


class _Line(NamedTuple):
    start: int
    text: str


def find_statements(text: str) -> list[StatementSpan]:
    """The primary statements in the order of the text, not overlapping."""
    titles = _titles(text)
    spans: list[StatementSpan] = []
    for number, title in enumerate(titles):
        if title.kind is None or (spans and title.start < spans[-1].end):
            continue
        # A repeated title (`continued`) is of the same statement.
        until = next((other.start for other in titles[number + 1 :] if other.kind is not title.kind), len(text))
        end = _end_of_rows(list(_lines(text, title.end, min(until, title.end + _LONGEST))))
        if end is not None and _has_lines(title.kind, text[title.end : end]):
            spans.append(StatementSpan(title.kind, title.start, end))
    return spans


def _titles(text: str) -> list[_Title]:
    """Lines that are the title of a statement; of kind None for equity and comprehensive income."""
    results: list[_Title] = []
    start = 0
    for line in text.split("\n"):
        # Most lines are seen here only: a search for the phrases in the whole text takes ten times as long.
        if len(line) <= _LONGEST_TITLE and ("tatement" in (low := line.lower()) or "balance sheet" in low):
            match = _PHRASE.search(line)
            if match is not None and _is_title(line, match.group()):
                kind = next((kind for kind in StatementKind if match[kind.value]), None)
                results.append(_Title(kind, start, start + len(line)))
        start += len(line) + 1
    return results


def _is_title(line: str, phrase: str) -> bool:
    if re.search(r"[.;:]\s*$|\b\d{1,3}\s*$|[“”\"]", line.strip()):
        return False
    others = _USUAL.sub(" ", line.replace(phrase, " "))
    return len(re.findall(r"[A-Za-z]+", others)) <= _MOST_OTHER_WORDS


def _has_lines(kind: StatementKind, rows: str) -> bool:
    return all(re.search(line, rows, re.IGNORECASE | re.MULTILINE) for line in _LINES[kind])


def _lines(text: str, start: int, end: int) -> Iterator[_Line]:
    at = start
    for line in text[start:end].split("\n"):
        if line.strip():
            yield _Line(at, line)
        at += len(line) + 1


def _end_of_rows(lines: Sequence[_Line]) -> int | None:
    """The end of the last row of figures before text begins; None where few rows follow the title."""
    rows = [_is_row(line.text.rstrip()) for line in lines]
    if sum(rows[:_LOOKED_AT]) < _FEWEST_ROWS:
        return None
    end, between = None, 0
    for line, is_row in zip(lines, rows, strict=True):
        if _NOTES.search(line.text) and end is not None:
            break
        between = 0 if is_row else between + 1
        if between > _MOST_LINES_BETWEEN:
            break
        if is_row:
            end = line.start + len(line.text.rstrip())
    return end


def _is_row(line: str) -> bool:
    return (
        len(line) <= _LONGEST_ROW and _FIGURE.search(line[-_LONGEST_CELL:]) is not None and bool(re.search(r"[A-Za-z]", line))
    )
