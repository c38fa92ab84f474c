"""The settings that administrators change while the workbench runs."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

import anyio
from fastapi import APIRouter, Path, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from api.deps import TheCaller, TheWorkbench
from api.idempotency import MAKES_ONCE
from api.problems import problems
from api.responses import json_response
from api.tables import TableRoute
from workbench.analysis.operations.stored_settings_json import (
    StoredSettingAnswer,
    StoredSettingsAnswer,
    stored_setting_answer,
    stored_settings_answer,
)
from workbench.runtime.stored_settings import try_setting
from workbench.settings_file import PREFIX

router = APIRouter(prefix="/settings/stored", tags=["operations"], route_class=TableRoute)

Name = Annotated[
    str,
    Path(
        max_length=100, description="Its place among the settings; channels are `alerts.channels.NAME`.", examples=["contact"]
    ),
]


class SettingIn(BaseModel):
    """The new value of a setting."""

    value: str = Field(min_length=1, max_length=2000, description="It is stored encrypted.")
    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"value": "Ada Lovelace ada@example.org"}})


@router.get("", summary="Stored settings", response_model=StoredSettingsAnswer, responses=problems(401, 403, 422))
async def list_stored_settings(request: Request, workbench: TheWorkbench) -> Response:
    """The settings that administrators change: where each comes from, who set it and when. Secrets are never returned."""
    states = await anyio.to_thread.run_sync(workbench.stored_settings.states)
    return json_response(request, stored_settings_answer(states, PREFIX))


@router.put(
    "/{name}", summary="Store a setting", response_model=StoredSettingAnswer, responses=problems(400, 401, 403, 404, 422, 503)
)
async def store_setting(
    request: Request, workbench: TheWorkbench, caller: TheCaller, name: Name, wanted: SettingIn
) -> Response:
    """Stores the value in place of an earlier one. Every process takes it over within seconds, without a restart."""
    state = await anyio.to_thread.run_sync(lambda: workbench.stored_settings.store(name, wanted.value, actor=caller.name))
    return json_response(request, stored_setting_answer(state, PREFIX))


@router.delete(
    "/{name}", summary="Remove a stored setting", response_model=StoredSettingAnswer, responses=problems(401, 403, 404, 422)
)
async def remove_setting(request: Request, workbench: TheWorkbench, caller: TheCaller, name: Name) -> Response:
    """Removes the stored value. Returns the setting as it counts without it."""
    state = await anyio.to_thread.run_sync(lambda: workbench.stored_settings.remove(name, actor=caller.name))
    return json_response(request, stored_setting_answer(state, PREFIX))


@router.post(
    "/{name}/test",
    summary="Test a channel or webhook",
    dependencies=[MAKES_ONCE],
    status_code=HTTPStatus.NO_CONTENT,
    responses=problems(400, 401, 403, 404, 422, 503),
)
async def test_setting(workbench: TheWorkbench, name: Name) -> Response:
    """Sends a test message and returns when the channel or webhook has accepted it."""
    await anyio.to_thread.run_sync(try_setting, workbench, name)
    return Response(status_code=HTTPStatus.NO_CONTENT)
