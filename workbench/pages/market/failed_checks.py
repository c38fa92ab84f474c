"""Statements that do not add up, of one company or of all."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from workbench.domain.measures.checks import StatementCheck
from workbench.domain.statements.reasons import FAULTS
from workbench.pages.company.statement_table import KIND_LABELS
from workbench.pages.frame.markup import address, day, key, notice, tag
from workbench.pages.frame.selection import Selection


def exception_table(
    found: Sequence[StatementCheck], selection: Selection, *, of_all: bool = False, limit: int = 12, more: str = ""
) -> str:
    """One row an exception, newest period first, each a link to the statement it stands in; `of_all` names the company."""
    head = f'<div class="head"><h2>Exceptions</h2><span class="right small muted">{escape(more)}</span></div>'
    if not found:
        return head + notice("Every statement that was checked adds up.", "", is_inline=True)
    company = "<th>Company</th>" if of_all else ""
    rows = "".join(_row(each, selection, of_all=of_all) for each in found[:limit])
    rest = f'<p class="legend">and {len(found) - limit:,} more</p>' if len(found) > limit else ""
    return (
        f'{head}<div class="scroll"><table class="filings exceptions"><thead><tr>{company}<th>Period</th>'
        f"<th>What</th></tr></thead><tbody>{rows}</tbody></table></div>{rest}"
    )


def _row(each: StatementCheck, selection: Selection, *, of_all: bool) -> str:
    target = Selection(ticker=key(each.company), as_of=selection.as_of, kind=each.kind, period=each.period)
    company = f"<td>{escape(each.company.label)}</td>" if of_all else ""
    what = FAULTS.get(each.check.name, each.check.name)
    return (
        f'<tr>{company}<td><a href="{address("company", target)}" '
        f'title="{day(each.check.period_end)}">{escape(each.label)}</a>'
        f'</td><td class="wide">{escape(what)} {tag(KIND_LABELS[each.kind])}'
        f'<span class="detail small muted">{escape(each.check.detail)}</span></td></tr>'
    )
