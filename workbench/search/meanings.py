"""What a question was understood to name, in words: for pages and the command line."""

from __future__ import annotations

from workbench.domain.filings.passages import ReportPeriod
from workbench.search.understanding import Understanding


def meanings(question: str, understood: Understanding) -> list[tuple[str, str]]:
    """The words of the question that name something, and what they were taken for; companies first, each stretch once."""
    named = [(question[each.start : each.end], each.company.label) for each in understood.companies]
    taken = {(each.start, each.end) for each in understood.companies}
    own = [each for each in understood.own_companies if (each.start, each.end) not in taken]
    named += [(question[each.start : each.end], each.name) for each in own]
    named += [(each.mention_text, f"form {each.form}") for each in understood.forms]
    named += [(each.mention_text, f"Item {each.item}, {each.title}") for each in understood.items]
    named += [(each.mention_text, f"newest {each.forms[0]}") for each in understood.newest]
    named += [(each.mention_text, f"fiscal {_period(each.period)}") for each in understood.periods]
    named += [(each.mention_text, ", ".join(line.label for line in each.lines)) for each in understood.ratios]
    lines = [each for each in understood.terms if each.mention_text.lower() != each.filed[0].lower()]
    return named + [(each.mention_text, each.filed[0]) for each in lines]


def _period(period: ReportPeriod) -> str:
    return f"Q{period.quarter} {period.fiscal_year}" if period.quarter else str(period.fiscal_year)
