"""What later filings said otherwise, on the company page: changes of the statements' own lines."""

from __future__ import annotations

from html import escape

from workbench.domain.facts.restatements import Change, Restatement, RestatementList
from workbench.pages.frame.amounts import exact
from workbench.pages.frame.markup import address, day, notice, tag
from workbench.pages.frame.selection import Selection

_TONES = {Change.RESTATEMENT: "bad", Change.SCALE_ERROR: "bad", Change.SIGN: "bad"}
# Changes that say something of the figures; a rounding does not.
SHOWN_KINDS = tuple(kind for kind in Change if kind is not Change.ROUNDING)


def restatement_table(found: RestatementList, selection: Selection, *, limit: int = 12) -> str:
    """The newest changes of statement lines, each linked to the filing that made it; notes' figures are only counted."""
    title = '<div class="head"><h2>Restated figures</h2></div>'
    of_lines = [one for one in found.restatements if one.lines]
    if not of_lines:
        return title + notice("No figure of a statement was filed otherwise later.", "", is_inline=True)
    rows = "".join(_row(one, selection) for one in of_lines[:limit])
    counts = ", ".join(f"{count} {_name(kind)}" for kind, count in found.counts.items() if kind in SHOWN_KINDS)
    command = f"workbench restatements {found.company.label}"
    return (
        f'{title}<div class="scroll"><table class="filings"><thead><tr><th>Filed</th><th>Kind</th><th>Figure</th>'
        f"<th>Period to</th><th>Before</th><th>After</th></tr></thead><tbody>{rows}</tbody></table></div>"
        f'<p class="small muted">In all filings, notes included: {escape(counts)}. '
        f"<code>{escape(command)}</code> lists them.</p>"
    )


def _row(one: Restatement, selection: Selection) -> str:
    after = one.after
    link = address("reader", Selection(accession=after.accession, as_of=selection.as_of))
    kind = tag(_name(one.kind), _TONES.get(one.kind, "accent"))
    return (
        f'<tr><td><a href="{link}">{day(after.filed_on)}</a></td><td>{kind}</td>'
        f'<td class="wide" title="{escape(one.evidence)}">{escape(one.label)}</td><td>{day(after.period_end)}</td>'
        f"<td>{escape(exact(one.before.value, one.before.unit))}</td><td>{escape(exact(after.value, after.unit))}</td></tr>"
    )


def _name(kind: Change) -> str:
    return kind.value.replace("_", " ")
