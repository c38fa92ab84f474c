"""Report runs: their parameters, their figures, and the differences between two of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from workbench.domain.facts.source import SourceFact
from workbench.domain.measures.catalogue import Measure
from workbench.domain.measures.comparison import Comparison
from workbench.domain.measures.ratios import RatioTable
from workbench.domain.measures.valuation import Valuation, multiples
from workbench.domain.rights.ownership import LOCAL_USER
from workbench.domain.rights.roles import Role
from workbench.domain.scores.computation import ScoreTable
from workbench.domain.screens.screen_results import ScreenResult
from workbench.domain.statements.statement import Figure, PeriodKind, Statement

Value = str | int | float | bool

FigureKey = tuple[int, str, str, str, date]


@dataclass(frozen=True, slots=True)
class ReportFigure:
    """A figure that a report used. `table` is a statement's kind, `ratios` or `valuation`, `basis` a kind of period."""

    cik: int
    company: str
    table: str
    basis: str
    measure: str
    label: str
    period: str
    figure: Figure

    @property
    def key(self) -> FigureKey:
        """The identity of the figure across runs."""
        return self.cik, self.table, self.basis, self.measure, self.figure.period_end


def report_figures(answer: Statement | RatioTable | Comparison | Valuation) -> list[ReportFigure]:
    """Every figure of an answer, refused ones too."""
    if isinstance(answer, Comparison):
        return figures_of_comparison(answer)
    return figures_of_valuation(answer) if isinstance(answer, Valuation) else figures_of(answer)


def figures_of(answer: Statement | RatioTable) -> list[ReportFigure]:
    """Every figure of a statement or of a table of ratios, refused ones too, line by line, oldest first."""
    table = answer.kind.value if isinstance(answer, Statement) else "ratios"
    company = answer.company
    return [
        ReportFigure(
            company.cik.number, company.label, table, answer.period.value, line.line, line.label, period.label, figure
        )
        for line in answer.lines
        for period, figure in zip(answer.periods, line.figures, strict=True)
    ]


def figures_of_valuation(answer: Valuation) -> list[ReportFigure]:
    """Every measure of a valuation, refused ones too; the period is that of the figures compared with the price."""
    company = answer.company
    return [
        ReportFigure(
            company.cik.number, company.label, "valuation", multiples()[line.line].basis.value, line.line, line.label,
            line.period.label if line.period else answer.day.isoformat(), line.figure,
        )
        for line in answer.lines
    ]  # fmt: skip


def figures_of_comparison(comparison: Comparison) -> list[ReportFigure]:
    """Every figure of a comparison of companies."""
    return [
        ReportFigure(
            row.company.cik.number,
            row.company.label,
            row.measure.kind.value if row.measure.kind else "ratios",
            comparison.period.value,
            row.measure.name,
            row.measure.label,
            compared.period.label,
            compared.figure,
        )
        for row in comparison.rows
        for compared in row.figures
        if compared is not None
    ]


def figures_of_screen(result: ScreenResult, proofs: Sequence[Sequence[Figure | None]]) -> list[ReportFigure]:
    """Every proven figure of a screen's rows; `proofs` are the figures of each row in the order of the screen's metrics."""
    return [
        ReportFigure(
            row.company.cik.number, row.company.label, _table_of(shown.metric.measure), shown.metric.source,
            shown.metric.measure.name, shown.metric.label, shown.period_label or "", figure,
        )
        for row, figures in zip(result.rows, proofs, strict=True)
        for shown, figure in zip(row.figures, figures, strict=True)
        if figure is not None
    ]  # fmt: skip


def figures_of_scores(table: ScoreTable) -> list[ReportFigure]:
    """Every score and its parts, refused ones too, years oldest first."""
    company = table.company
    named = [
        (name, label, year.period.label, figure)
        for year in table.years
        for name, label, figure in (
            (year.score.name, year.score.label, year.figure),
            *((each.part.ratio.name, each.part.ratio.label, each.figure) for each in year.parts),
        )
    ]
    return [ReportFigure(company.cik.number, company.label, "scores", PeriodKind.ANNUAL.value, *each) for each in named]


def _table_of(measure: Measure) -> str:
    return "valuation" if measure.is_of_price else measure.kind.value if measure.kind else "ratios"


class RunStatus(StrEnum):
    """The status of a run; `interrupted` means that its process ended before the run."""

    RUNNING = "running"
    FINISHED = "finished"
    FAILED = "failed"
    INTERRUPTED = "interrupted"


@dataclass(frozen=True, slots=True)
class ReportRun:
    """One saved run of a notebook. `manifest` records its inputs, None until it has finished; `html_sha256` and
    `figures_file_sha256` are keys in the object store. `cells_done` of `cells` have run.
    """

    report_id: int
    notebook: str
    title: str
    parameters: Mapping[str, Value]
    as_of: date
    status: RunStatus
    started_at: datetime
    finished_at: datetime | None = None
    cells: int = 0
    cells_done: int = 0
    figures: int = 0
    error: str | None = None
    schedule: str | None = None
    manifest: Mapping[str, Any] | None = None
    html_sha256: str | None = None
    figures_file_sha256: str | None = None
    owner: str = LOCAL_USER
    shared_with: tuple[Role, ...] = ()
    failed_notebook_sha256: str | None = None

    @property
    def figures_sha256(self) -> str | None:
        """The hash over every output; equal figures have equal hashes."""
        return str(self.manifest["figures_sha256"]) if self.manifest else None


@dataclass(frozen=True, slots=True)
class ReportSchedule:
    """A scheduled report: `cron` in UTC; an `as_of` parameter without a value means the day of each run.

    `recipients` get each report; a failed run goes to the `failure_channel`, if there is one. See `report_deliveries`.
    """

    name: str
    notebook: str
    parameters: Mapping[str, Value]
    cron: str
    created_at: datetime
    last_started_at: datetime | None = None
    owner: str = LOCAL_USER
    shared_with: tuple[Role, ...] = ()
    recipients: tuple[str, ...] = ()
    failure_channel: str | None = None


class Why(StrEnum):
    """Why a figure differs between two runs or is missing in one."""

    FILED_BETWEEN = "filed_between"
    LOADED_BETWEEN = "loaded_between"
    OTHER_PERIODS = "other_periods"
    OTHER_PARAMETERS = "other_parameters"
    COMPUTED_OTHERWISE = "computed_otherwise"


@dataclass(frozen=True, slots=True)
class FigureChange:
    """A figure that differs; None on the side that does not have it. `detail` gives the reason in words."""

    before: ReportFigure | None
    after: ReportFigure | None
    why: Why
    detail: str

    @property
    def shown(self) -> ReportFigure:
        """The figure of the later run that has it."""
        report_figure = self.after or self.before
        if report_figure is None:
            raise ValueError("a change has a side")
        return report_figure


@dataclass(frozen=True, slots=True)
class Difference:
    """An input that differs between the two runs, as text."""

    what: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class RunComparison:
    """How the run `after` differs from the run `before`.

    `is_equal` means that all outputs are equal. `changes` are the figures that differ, by company, table and period;
    `equal_figures` is the number of equal ones. Outputs can differ with equal figures: prices, text, charts.
    """

    before: Mapping[str, Any]
    after: Mapping[str, Any]
    is_equal: bool
    differences: tuple[Difference, ...]
    changes: tuple[FigureChange, ...]
    equal_figures: int
    counts: Mapping[Why, int] = field(default_factory=dict)


def compare_runs(
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    figures_before: Iterable[ReportFigure] = (),
    figures_after: Iterable[ReportFigure] = (),
) -> RunComparison:
    """Compares two runs by their manifests and figures; either may be the earlier one."""
    first = {figure.key: figure for figure in figures_before}
    second = {figure.key: figure for figure in figures_after}
    sides = _Side(before, first), _Side(after, second)
    changes = []
    for key in sorted(first.keys() | second.keys(), key=lambda key: (key[0], key[1], key[2], key[4], key[3])):
        one, other = first.get(key), second.get(key)
        if one is None or other is None or not _is_same(one.figure, other.figure):
            changes.append(FigureChange(one, other, *_why(one, other, *sides)))
    counts: dict[Why, int] = {}
    for change in changes:
        counts[change.why] = counts.get(change.why, 0) + 1
    return RunComparison(
        before,
        after,
        before["figures_sha256"] == after["figures_sha256"],
        tuple(_differences(before, after)),
        tuple(changes),
        len(first.keys() | second.keys()) - len(changes),
        counts,
    )


class _Side:
    """One run, indexed to find the reasons of differences."""

    def __init__(self, manifest: Mapping[str, Any], figures: Mapping[FigureKey, ReportFigure]) -> None:
        self.as_of = date.fromisoformat(manifest["data"]["as_of"])
        self.code = manifest["code_version"], manifest["notebook_sha256"]
        self._asked: dict[tuple[int, str, str], tuple[date, date]] = {}
        for cik, table, basis, _, end in figures:
            first, last = self._asked.get((cik, table, basis), (end, end))
            self._asked[cik, table, basis] = min(first, end), max(last, end)

    def periods(self, key: FigureKey) -> tuple[date, date] | None:
        """The first and last period end of the table that the figure stands in; None where the run had not asked for it."""
        return self._asked.get(key[:3])


def _is_same(one: Figure, other: Figure) -> bool:
    """Whether a reader sees the same figure; the same value from another filing of the same fact is equal."""
    return (one.value, one.unit, one.status, one.reason) == (other.value, other.unit, other.status, other.reason)


def _why(one: ReportFigure | None, other: ReportFigure | None, before: _Side, after: _Side) -> tuple[Why, str]:
    facts_one = set(one.figure.facts) if one else set()
    facts_other = set(other.figure.facts) if other else set()
    # Facts that only one side has explain a difference; facts filed after the other side's day come first.
    for extra, side in ((facts_other - facts_one, before), (facts_one - facts_other, after)):
        late = [fact for fact in extra if fact.filed_on > side.as_of]
        if late:
            fact = max(late, key=_newest)
            return Why.FILED_BETWEEN, f"{fact.form} {fact.accession}, filed on {fact.filed_on}"
    if one is None or other is None:
        return _absent(one or other, after if other is None else before)
    extra = (facts_other - facts_one) or (facts_one - facts_other)
    if extra:
        fact = max(extra, key=_newest)
        return Why.LOADED_BETWEEN, f"{fact.form} {fact.accession} of {fact.filed_on} was not loaded in the other run"
    return (
        Why.COMPUTED_OTHERWISE,
        "the same facts, computed by another version of the code"
        if before.code != after.code
        else ("the same facts" if facts_one else "no facts"),
    )


def _absent(there: ReportFigure | None, side: _Side) -> tuple[Why, str]:
    if there is None:
        raise ValueError("a figure that neither run has is no difference")
    asked = side.periods(there.key)
    if asked is None:
        return Why.OTHER_PARAMETERS, "the other run did not use this table"
    if not asked[0] <= there.figure.period_end <= asked[1]:
        return Why.OTHER_PERIODS, f"the other run shows periods from {asked[0]} to {asked[1]}"
    return Why.LOADED_BETWEEN, "the other run did not have this line or period"


def _newest(fact: SourceFact) -> tuple[date, str]:
    return fact.filed_on, fact.accession


def _differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterable[Difference]:
    for what in ("notebook", "notebook_sha256", "code_version"):
        if before[what] != after[what]:
            yield Difference(what, str(before[what]), str(after[what]))
    for group in ("parameters", "data"):
        one, other = _flat(before[group]), _flat(after[group])
        for name in dict.fromkeys([*one, *other]):
            if one.get(name) != other.get(name):
                yield Difference(f"{group}.{name}", str(one.get(name, "–")), str(other.get(name, "–")))


def _flat(values: Mapping[str, Any]) -> dict[str, Any]:
    results: dict[str, Any] = {}
    for name, value in values.items():
        results.update(
            {f"{name}.{key}": inner for key, inner in value.items()} if isinstance(value, Mapping) else {name: value}
        )
    return results


@dataclass(frozen=True, slots=True)
class PeriodApart:
    """A period of a table that only one of two runs shows, with the number of figures; `is_after` says which run."""

    company: str
    table: str
    period: str
    figures: int
    is_after: bool
    why: Why
    detail: str


def apart(changes: Iterable[FigureChange]) -> tuple[list[FigureChange], list[PeriodApart]]:
    """The changes of figures that both runs show, and the other changes grouped by table and period."""
    both, folded = [], dict[tuple[str, str, str, bool], list[FigureChange]]()
    for change in changes:
        if change.before is not None and change.after is not None:
            both.append(change)
        else:
            shown = change.shown
            key = (shown.company, shown.table, f"{shown.period}, {shown.basis}", change.after is not None)
            folded.setdefault(key, []).append(change)
    return both, [_folded(key, group) for key, group in folded.items()]


def _folded(key: tuple[str, str, str, bool], group: list[FigureChange]) -> PeriodApart:
    company, table, period, is_after = key
    # The period gets the most frequent reason of its figures with a value.
    with_value = [change for change in group if change.shown.figure.value is not None] or group
    (why, detail), _ = Counter((change.why, change.detail) for change in with_value).most_common(1)[0]
    return PeriodApart(company, table, period, len(group), is_after, why, detail)


def change_size(change: FigureChange) -> Decimal | None:
    """The change of a figure's value; None if one side has no value."""
    one = change.before.figure.value if change.before else None
    other = change.after.figure.value if change.after else None
    return other - one if one is not None and other is not None else None
