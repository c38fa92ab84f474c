"""One honest error where a company's figures cannot be computed from its facts, whatever the rules fail with."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

import psycopg
import sqlalchemy as sa

from workbench.domain.errors import NotComputable, WorkbenchError
from workbench.domain.identity import Company
from workbench.domain.operations.failed_units import describe

_P = ParamSpec("_P")
_R = TypeVar("_R")
_Question = Callable[Concatenate[sa.Connection, Company, _P], _R]

logger = logging.getLogger(__name__)


def computes(what: str) -> Callable[[_Question[_P, _R]], _Question[_P, _R]]:
    """For a question about one company: the same question, which raises NotComputable for any failure of the rules.

    `what` names the answer, as in `the ratios`. Errors of the workbench's tree and of the database pass as they are.
    """

    def decorate(question: _Question[_P, _R]) -> _Question[_P, _R]:
        @wraps(question)
        def answer(connection: sa.Connection, company: Company, /, *args: _P.args, **named: _P.kwargs) -> _R:
            try:
                return question(connection, company, *args, **named)
            except (WorkbenchError, sa.exc.SQLAlchemyError, psycopg.Error):
                raise
            except Exception as error:
                told = describe(error)
                logger.warning("%s of %s cannot be computed: %s at %s", what, company.label, told, told.place)
                raise NotComputable(
                    f"{what} of {company.name} ({company.label}) cannot be computed from its facts ({told})",
                    hint="other companies are not affected; `workbench failures` shows what failed and where",
                ) from error

        return answer

    return decorate
