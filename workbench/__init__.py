"""The Corporate Intelligence Workbench: the library every entry point shares.

Start with `workbench.runtime.open_workbench`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from workbench.runtime import Workbench
    from workbench.runtime.remote import RemoteWorkbench


def open() -> Workbench:
    """The workbench of the settings in force, for a notebook or a shell; it closes itself when the interpreter ends."""
    from workbench.runtime import open_for_notebook

    return open_for_notebook()


def connect(url: str, key: str | None = None, *, timeout_seconds: float = 60.0) -> RemoteWorkbench:
    """The workbench at an address such as https://workbench.example, with the methods of `open()` over its API.

    `key` is an API key; None takes `WORKBENCH_API_KEY`, or asks without one when that is not set. A request ends within
    `timeout_seconds`. Raises SetupError for an address that is none.
    """
    import os

    from workbench.adapters.workbench_api import WorkbenchApi
    from workbench.runtime.remote import RemoteWorkbench

    return RemoteWorkbench(WorkbenchApi(url, key or os.environ.get("WORKBENCH_API_KEY"), timeout_seconds=timeout_seconds))
