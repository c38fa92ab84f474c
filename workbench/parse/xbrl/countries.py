"""Names of countries, which XBRL's taxonomy `country` has by their ISO codes."""

from __future__ import annotations

from collections.abc import Iterable

_COUNTRIES = "country:"


def country_names(members: Iterable[str]) -> dict[str, str]:
    """The English name of each `country:XX` among the members, by the member; a code that is none has no entry.

    Names are those of Unicode's Common Locale Data Repository.
    """
    codes = [member for member in members if member.startswith(_COUNTRIES)]
    if not codes:
        return {}
    from babel import Locale

    territories = Locale("en").territories
    names = {code: territories.get(code.removeprefix(_COUNTRIES)) for code in codes}
    return {code: str(name) for code, name in names.items() if name}
