"""The one `as_of` switch: a question as it stood at the end of a day."""

from __future__ import annotations

from datetime import UTC, date, datetime

from workbench.domain.errors import FutureDate, InvalidRequest


def today() -> date:
    """The current day in UTC, which is the newest `as_of` that can be asked for."""
    return datetime.now(UTC).date()


def parse_day(text: str | date) -> date:
    """Reads an ISO date such as 2024-06-30; raises InvalidRequest for other text."""
    if not isinstance(text, str):
        return text
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise InvalidRequest(f"{text!r} is not a date such as 2024-06-30") from None


def parse_as_of(text: str | date | None) -> date | None:
    """Reads an ISO date; None or an empty text means "as of now".

    Raises InvalidRequest for other text, FutureDate for a day after today.
    """
    if text is None or text == "":
        return None
    day = parse_day(text)
    if day > today():
        raise FutureDate(f"{day} lies in the future; the latest as-of date is today, {today()}")
    return day
