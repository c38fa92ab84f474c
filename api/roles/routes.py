"""Roles and their permissions."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from api.problems import problems
from api.responses import json_response
from api.tables import TableRoute
from workbench.analysis.operations.role_json import RolesAnswer, roles_answer

router = APIRouter(prefix="/roles", tags=["sign in"], route_class=TableRoute)


@router.get("", summary="Roles", response_model=RolesAnswer, responses=problems(401))
async def list_roles(request: Request) -> Response:
    """Every role with its permissions, and what each permission allows."""
    return json_response(request, roles_answer())
