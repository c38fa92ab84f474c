"""Panel's pages in the process of the API, through bokeh-fastapi."""

from __future__ import annotations

from fastapi import FastAPI
from panel.io.fastapi import add_applications
from starlette.responses import RedirectResponse

from workbench import pages
from workbench.runtime import Workbench

_FIRST = "/company"


def mount(app: FastAPI, workbench: Workbench, *, key: bytes) -> None:
    """Serves each page at its path, with Bokeh's and Panel's own files beside; `key` signs the ids of sessions.

    Bokeh writes what it knows of a request into the page: the headers it may keep are few, so that neither cookie nor token
    gets there.
    """
    applications = pages.applications(workbench)
    add_applications(
        dict(applications), app=app, secret_key=key, sign_sessions=True, include_headers=["Host"], include_cookies=[]
    )
    for route in app.routes:
        if getattr(route, "path", None) in applications:
            route.include_in_schema = False  # type: ignore[attr-defined]

    @app.get("/", include_in_schema=False)
    async def _first() -> RedirectResponse:
        return RedirectResponse(_FIRST)
