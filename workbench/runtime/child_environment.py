"""The environment of child processes: the same settings, or none of them.

Settings are passed in the environment, never on a command line, which every account of the machine can read.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path

from pydantic import SecretStr

from workbench.settings import Settings
from workbench.settings_file import PREFIX, WHOLE_PARTS
from workbench.tracing import child_variables


def child_environment(settings: Settings, further: Mapping[str, str] | None = None) -> dict[str, str]:
    """This process's environment with all of `settings`, including secrets, the running trace, and `further` variables.

    In the child, `Settings.load()` returns equal settings, with relative paths made absolute.
    """
    return {**environment_without_settings(), **settings_variables(settings), **child_variables(), **(further or {})}


def environment_without_settings() -> dict[str, str]:
    """This process's environment without settings, for a program that must not see secrets."""
    return {name: value for name, value in os.environ.items() if not name.upper().startswith(PREFIX)}


def settings_variables(settings: Settings) -> dict[str, str]:
    """Every setting as environment variables, one for each part: a scalar as text, anything else as JSON.

    JSON preserves what text cannot: None and the empty text, keys with underscores, the chosen kind. A setting that is None
    has no variable; the child reads it from `<home>/workbench.env`.
    """
    variables = {WHOLE_PARTS: "1"}
    for field, value in settings.model_dump().items():
        if value is not None:
            is_scalar = isinstance(value, str | SecretStr | Path | date | Decimal)
            variables[f"{PREFIX}{field}".upper()] = _text(value) if is_scalar else json.dumps(value, default=_text)
    return variables


def _text(value: object) -> str:
    """A scalar as text; raises TypeError for a type of setting that cannot be handed over yet."""
    if isinstance(value, SecretStr):
        return value.get_secret_value()
    if isinstance(value, Path):
        return str(value.expanduser().absolute())  # the child may run in another folder
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str | Decimal):
        return str(value)
    raise TypeError(f"a setting of the type {type(value).__name__} cannot be handed to another process")
