"""`<home>/workbench.env`: the settings that the environment leaves open."""

from __future__ import annotations

import difflib
import os
from collections.abc import Iterable
from typing import Any

from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource

from workbench.domain.errors import SetupError

PREFIX = "WORKBENCH_"
SETTINGS_HINT = "docs/settings.md lists them all"
_FOR_TESTS = "WORKBENCH_TEST_"  # settings of the test suite, for example where recorded filings are
WHOLE_PARTS = f"{PREFIX}WHOLE_PARTS"
"""Set for child processes, which are given each part of the settings whole; see `workbench.runtime.child_environment`."""


class FileSettings(PydanticBaseSettingsSource):
    """The file's settings; in a child process only those of parts that its parent left open."""

    def __init__(self, settings_cls: type[BaseSettings], file: PydanticBaseSettingsSource) -> None:
        super().__init__(settings_cls)
        self._file = file

    def __call__(self) -> dict[str, Any]:
        """The settings by field, nested ones as mappings."""
        given = {name.upper() for name, value in os.environ.items() if value} if os.environ.get(WHOLE_PARTS) else set()
        return {field: value for field, value in self._file().items() if f"{PREFIX}{field}".upper() not in given}

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        """What the file has for one field, as pydantic asks it."""
        return self._file.get_field_value(field, field_name)


def refuse_unknown(names: Iterable[str], fields: Iterable[str]) -> None:
    """Raises SetupError for a variable that names no setting, which would else be ignored; pydantic does so below `fields`."""
    known = {WHOLE_PARTS, *(f"{PREFIX}{name}".upper() for name in fields)}
    for name in sorted({name.upper() for name in names}):
        first = name.split("__")[0]
        if name.startswith(PREFIX) and not name.startswith(_FOR_TESTS) and first not in known:
            near = difflib.get_close_matches(first, known, n=1)
            raise SetupError(f"there is no setting {name}", hint=f"did you mean {near[0]}?" if near else SETTINGS_HINT)
