"""How a hit is cited to a person: form, fiscal period, item with its title, page."""

from __future__ import annotations

import re

from workbench.domain.filings.documents import page_name
from workbench.domain.filings.filing import item_label
from workbench.domain.filings.passages import Hit
from workbench.parse.items.form_items import form_items

# Titles are cut where their second half only adds detail: Management's Discussion and Analysis | of Financial Condition ...
_DETAIL = re.compile(r"(?<=.{20})(?:[,;]| of Financial| of Certain| on Accounting| and Related| for | - ).*")
_LONGEST_TITLE = 44


def item_title(hit: Hit) -> str | None:
    """The title that the hit's form gives its item, or its own heading without items; None where it stands in none."""
    if hit.item is None:
        return None
    if hit.section or hit.form is None:
        return hit.section
    same = [one for one in form_items(hit.form) if one.item == hit.item]
    in_part = [one for one in same if one.part == hit.part]
    return next((one.title for one in in_part or same), None)


def period_of(hit: Hit) -> str | None:
    """`fiscal 2024` or `Q3 fiscal 2024`, of an annual or quarterly report."""
    if hit.period is None:
        return None
    return f"{f'Q{hit.period.quarter} ' if hit.period.quarter else ''}fiscal {hit.period.fiscal_year}"


def place_of(hit: Hit) -> str:
    """`Item 7, Management's Discussion and Analysis`, `Section 3, Dilution`, `page 3`, `slide 3`, or nothing.

    With the note to the financial statements, if in one: `Item 8, Financial Statements, Note 4, Leases`.
    """
    if hit.item is None:
        return page_name(hit.page, hit.page_label) if hit.page else ""
    title = item_title(hit)
    if title and len(title) > _LONGEST_TITLE:
        title = _DETAIL.sub("", title)
    return f"{item_label(hit.item)}{f', {title}' if title else ''}{f', Note {hit.note}' if hit.note else ''}"


def citation(hit: Hit) -> list[str]:
    """The parts of a citation beside the company: `10-K`, `fiscal 2024`, `Item 1A, Risk Factors`."""
    return [part for part in (hit.form, period_of(hit), place_of(hit)) if part]
