"""Filings, by their accession number."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Request
from starlette.responses import Response

from api.deps import Question
from api.examples import FILING, example
from api.problems import problems
from api.responses import json_response
from api.schemas import FilingOut
from db import filings
from workbench.domain.identity import Accession

router = APIRouter(prefix="/filings", tags=["filings"])

AccessionNumber = Annotated[str, Path(description="With or without its dashes.", examples=["0000320193-24-000123"])]


@router.get(
    "/{accession}", summary="One filing", response_model=FilingOut, responses=example(FILING) | problems(400, 401, 404)
)
async def get_filing(request: Request, ask: Question, accession: AccessionNumber) -> Response:
    """What the index of filings says of it."""
    return json_response(request, FilingOut.of(await ask(filings.get_filing, Accession.parse(accession))).model_dump())
