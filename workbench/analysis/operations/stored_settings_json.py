"""The settings that administrators change in the browser as JSON. Values of secrets are not in it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

from typing_extensions import TypedDict

from workbench.analysis.answer_types import IsoTime, Schema, utc_text
from workbench.domain.operations.stored_settings import SettingSource, SettingState


class StoredSettingAnswer(TypedDict, closed=True):
    """A setting that administrators change; `set_by` and `set_at` are of the stored value, null where there is none."""

    name: Annotated[str, Schema(description="Its place among the settings, such as `alpha_vantage.api_key`.")]
    title: str
    variable: Annotated[str, Schema(description="Its environment variable.")]
    source: Annotated[SettingSource, Schema(description="Where the value comes from; the environment goes before `stored`.")]
    is_secret: bool
    value: Annotated[str | None, Schema(description="Null for a secret, and where nothing is set.")]
    set_by: str | None
    set_at: IsoTime | None
    is_readable: Annotated[bool, Schema(description="False for a value that was encrypted with another key; set it again.")]


class StoredSettingsAnswer(TypedDict, closed=True):
    """The settings that administrators change, then each channel and webhook by name."""

    settings: list[StoredSettingAnswer]


def stored_settings_answer(states: Iterable[SettingState], prefix: str) -> StoredSettingsAnswer:
    """The settings, in the order given; variables begin with `prefix`."""
    return {"settings": [stored_setting_answer(each, prefix) for each in states]}


def stored_setting_answer(state: SettingState, prefix: str) -> StoredSettingAnswer:
    """One setting."""
    return {
        "name": state.setting.name,
        "title": state.setting.title,
        "variable": f"{prefix}{state.setting.variable}",
        "source": state.source,
        "is_secret": state.setting.is_secret,
        "value": state.value,
        "set_by": state.set_by,
        "set_at": utc_text(state.set_at) if state.set_at else None,
        "is_readable": state.is_readable,
    }
