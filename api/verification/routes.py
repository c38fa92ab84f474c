"""Verification of the figures that a sentence claims."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from api.deps import AsOf, SlowQuestion
from api.problems import problems
from api.responses import json_response
from workbench.analysis.statements.verification_json import VerificationAnswer
from workbench.search.verification import LONGEST_SENTENCE, verification_document, verify

router = APIRouter(tags=["statements"])


class SentenceIn(BaseModel):
    """A sentence with figures of one or more companies."""

    sentence: Annotated[
        str,
        Field(
            min_length=1,
            max_length=LONGEST_SENTENCE,
            description="A sentence or figure, with company, line or ratio, and period.",
            examples=["Apple's gross margin was 46.2 % in fiscal 2024"],
        ),
    ]
    model_config = ConfigDict(extra="forbid")


@router.post("/verify", summary="Verify claimed figures", response_model=VerificationAnswer, responses=problems(400, 401, 422))
async def verify_sentence(request: Request, slow: SlowQuestion, claimed: SentenceIn, as_of: AsOf) -> Response:
    """Whether each figure in a sentence is supported, contradicted, ambiguous or not loaded, with its figure and elements.

    A number supports a figure if it is that figure rounded to the digits of the number.
    """
    return json_response(request, verification_document(await slow(verify, claimed.sentence, as_of)))
