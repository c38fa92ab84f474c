"""Passages by their number, as search hits name them."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Request
from starlette.responses import Response

from api.deps import AsOf, Question, TheCaller
from api.problems import problems
from api.responses import json_response
from db.search.citations import get_passage
from workbench.search.shapes import PassageAnswer, passage_as_json

router = APIRouter(prefix="/passages", tags=["search"])

PassageNumber = Annotated[int, Path(ge=1, lt=2**63, description="The number of a passage.", examples=[1])]


@router.get("/{passage}", summary="One passage", response_model=PassageAnswer, responses=problems(400, 401, 404, 422))
async def find_passage(request: Request, ask: Question, caller: TheCaller, as_of: AsOf, passage: PassageNumber) -> Response:
    """The passage with its citation, as a hit of `/search` has it. Returns 404 if its document was filed after `as_of`."""
    return json_response(request, passage_as_json(await ask(get_passage, passage, caller, as_of)))
