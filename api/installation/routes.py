"""Settings, without secrets, and feature flags, for operators."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from api.deps import Question, TheWorkbench
from api.problems import problems
from api.responses import json_response
from api.tables import TableRoute
from db.operations.feature_flags import list_flags
from workbench.analysis.operations.settings_json import FlagsAnswer, SettingsAnswer, flags_answer, settings_answer
from workbench.settings_file import PREFIX

router = APIRouter(tags=["operations"], route_class=TableRoute)


@router.get("/settings", summary="Settings", response_model=SettingsAnswer, responses=problems(401, 403, 422))
async def list_settings(request: Request, workbench: TheWorkbench) -> Response:
    """The settings of the process that answers, by their environment variables. Secrets are never returned."""
    return json_response(request, settings_answer(workbench.settings, PREFIX))


@router.get("/flags", summary="Feature flags", response_model=FlagsAnswer, responses=problems(401, 403, 422))
async def list_feature_flags(request: Request, ask: Question) -> Response:
    """Every feature flag, its effect while it is off, and who changed it last. `workbench flags` changes them."""
    return json_response(request, flags_answer(await ask(list_flags)))
