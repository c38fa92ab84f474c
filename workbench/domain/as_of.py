"""The one `as_of` switch: a question as it stood at the end of a day."""

from __future__ import annotations

from datetime import UTC, date, datetime

from workbench.domain.errors import FutureDate, InvalidRequest


def today() -> date:
    """The current day in UTC, which is the newest `as_of` that can be asked for."""
    return datetime.now(UTC).date()


def parse_day(text: str | date) -> date:
    """Reads an ISO date such as 2024-06-30; a moment with a time zone is its day in UTC, one without the day that it shows.

    Raises InvalidRequest for anything else.
    """
    try:
        day = date.fromisoformat(text.strip()) if isinstance(text, str) else text
        if isinstance(day, datetime):
            day = (day.astimezone(UTC) if day.tzinfo else day).date()
    except (ValueError, OverflowError):
        day = None
    # A missing time of pandas is a datetime whose date is itself.
    if not isinstance(day, date) or isinstance(day, datetime):
        raise InvalidRequest(f"{text!r} is not a date such as 2024-06-30")
    return day


def parse_as_of(text: str | date | None) -> date | None:
    """Reads a day as `parse_day` does; None or an empty text means "as of now".

    Raises InvalidRequest for what is no day, FutureDate for a day after today.
    """
    if text is None or (isinstance(text, str) and text == ""):
        return None
    day = parse_day(text)
    if day > today():
        raise FutureDate(f"{day} lies in the future; the latest as-of date is today, {today()}")
    return day
