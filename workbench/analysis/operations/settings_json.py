"""Settings and feature flags as JSON. Secrets are not in it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Annotated, Any

from pydantic import BaseModel, SecretStr
from typing_extensions import TypedDict

from workbench.analysis.answer_types import IsoTime, Schema, utc_text
from workbench.domain.operations.flags import FLAGS, Flag

# The name and password of a URL.
_CREDENTIALS = re.compile(r"(?<=//)[^/@\s]+(?=@)")


class SettingAnswer(TypedDict, closed=True):
    """One setting. The value of a secret is null, and `is_set` says whether there is one."""

    name: Annotated[str, Schema(description="Its environment variable.")]
    value: Annotated[str | None, Schema(description="As text; null for a secret and where nothing is set.")]
    is_secret: bool
    is_set: bool


class SettingsAnswer(TypedDict, closed=True):
    """Every setting of the process that answers, in order of their definition."""

    settings: list[SettingAnswer]


class FlagAnswer(TypedDict, closed=True):
    """One feature flag; `changed_by` and `changed_at` are null until its first change."""

    name: str
    is_enabled: bool
    when_off: Annotated[str, Schema(description="Its effect while it is off.")]
    changed_by: str | None
    changed_at: IsoTime | None


class FlagsAnswer(TypedDict, closed=True):
    """Every feature flag."""

    flags: list[FlagAnswer]


def flags_answer(flags: Iterable[Flag]) -> FlagsAnswer:
    """The flags, in the order given."""
    return {
        "flags": [
            {
                "name": flag.name,
                "is_enabled": flag.is_enabled,
                "when_off": FLAGS[flag.name],
                "changed_by": flag.changed_by,
                "changed_at": utc_text(flag.changed_at) if flag.changed_at else None,
            }
            for flag in flags
        ]
    }


def settings_answer(settings: BaseModel, prefix: str) -> SettingsAnswer:
    """The settings, named by `prefix` and their fields as environment variables are; URLs without name and password."""
    fields = type(settings).model_fields
    rows = (row for field in fields for row in _settings(getattr(settings, field), f"{prefix}{field.upper()}"))
    return {"settings": list(rows)}


def _settings(value: Any, name: str) -> Iterator[SettingAnswer]:
    if isinstance(value, BaseModel):
        for field in type(value).model_fields:
            yield from _settings(getattr(value, field), f"{name}__{field.upper()}")
    elif isinstance(value, Mapping) and value:
        for key, entry in value.items():
            yield from _settings(entry, f"{name}__{str(key).upper()}")
    else:
        is_secret, is_set = isinstance(value, SecretStr), value is not None and value != {}
        text = _CREDENTIALS.sub("****", str(value)) if is_set and not is_secret else None
        yield {"name": name, "value": text, "is_secret": is_secret, "is_set": is_set}
