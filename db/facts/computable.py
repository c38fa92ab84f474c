"""Turns any failure to compute a company's figures into one clear error."""

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
    """Decorates a query about one company: raises NotComputable for any failure of the rules.

    `what` names the result, as in `the ratios`. Workbench and database errors pass unchanged.
    """

    def decorate(question: _Question[_P, _R]) -> _Question[_P, _R]:
        @wraps(question)
        def answer(connection: sa.Connection, company: Company, /, *args: _P.args, **named: _P.kwargs) -> _R:
            try:
                return question(connection, company, *args, **named)
            except (WorkbenchError, sa.exc.SQLAlchemyError, psycopg.Error):
                raise
            except Exception as error:
                fault = describe(error)
                logger.warning("%s of %s cannot be computed: %s at %s", what, company.label, fault, fault.place)
                raise NotComputable(
                    f"{what} of {company.name} ({company.label}) cannot be computed from its facts ({fault})",
                    hint="other companies are not affected; list failures with `workbench failures`",
                ) from error

        return answer

    return decorate
