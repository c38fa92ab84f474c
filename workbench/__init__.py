"""The Corporate Intelligence Workbench: the library every entry point shares.

Start with `workbench.runtime.open_workbench`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from workbench.runtime import Workbench


def open() -> Workbench:
    """The workbench of the settings in force, for a notebook or a shell; it closes itself when the interpreter ends."""
    from workbench.runtime import open_for_notebook

    return open_for_notebook()
