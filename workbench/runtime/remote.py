"""A workbench over HTTP: the research methods, answered by the API of another machine."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import quote

from workbench.adapters.workbench_api import WorkbenchApi
from workbench.analysis.company_json import company_from
from workbench.analysis.table_files import TableFormat
from workbench.domain.errors import MalformedDocument, NotOverHttp
from workbench.domain.identity import Company
from workbench.runtime.arguments import CompanyName, company_text
from workbench.runtime.questions import EveryResearch, FrameQuestion, frame_questions

if TYPE_CHECKING:
    import pandas as pd

    from workbench.ports import Embedder

_R = TypeVar("_R", bound="type[RemoteWorkbench]")


def _over_http(remote: _R) -> _R:
    """Gives the class each research method, asked over HTTP; one that a query cannot express raises NotOverHttp."""
    questions = frame_questions()
    for name, method in inspect.getmembers(EveryResearch, inspect.isfunction):
        if not name.startswith("_") and name not in vars(remote):
            setattr(remote, name, _asking(questions[name], method) if name in questions else _refusing(method))
    return remote


def _asking(question: FrameQuestion, method: Callable[..., Any]) -> Callable[..., Any]:
    signature = inspect.signature(method)

    @wraps(method)
    def ask(self: RemoteWorkbench, *values: Any, **named: Any) -> pd.DataFrame:
        return self._frame(question, signature.bind(self, *values, **named).arguments)

    return ask


def _refusing(method: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(method)
    def refuse(*_: Any, **__: Any) -> Any:
        raise _refusal(method.__name__)

    return refuse


def _refusal(name: str) -> NotOverHttp:
    return NotOverHttp(f"{name} is not available over HTTP", hint="use workbench.open() on the machine that has the data")


@_over_http
class RemoteWorkbench(EveryResearch):
    """The methods of a workbench in a notebook, with the same parameters, frames and errors, over the API of `api`.

    Questions are asked in the name of the key's user, with this user's rights and limits. All raise SourceUnavailable
    when the other workbench gives no answer.
    """

    def __init__(self, api: WorkbenchApi) -> None:
        self._api = api

    def __repr__(self) -> str:
        return f"RemoteWorkbench({self._api!r})"

    @property
    def embedder(self) -> Embedder:
        """Raises NotOverHttp: the other workbench embeds queries itself."""
        raise _refusal("embedder")

    @property
    def better_embedder(self) -> Embedder | None:
        """Raises NotOverHttp, as `embedder` does."""
        raise _refusal("better_embedder")

    def company(self, company: CompanyName) -> Company:
        """The company that a ticker or a CIK names."""
        path = f"/companies/{quote(company_text(company), safe='')}"
        return company_from(self._api.get(path).json())

    def sql(self, *_: Any, **__: Any) -> pd.DataFrame:
        """Raises NotOverHttp: the lake is asked on the machine that has it."""
        raise _refusal("sql")

    def describe(self, *_: Any, **__: Any) -> pd.DataFrame:
        """Raises NotOverHttp, as `sql` does: it tells the columns of the lake's tables."""
        raise _refusal("describe")

    def snapshots(self, *_: Any, **__: Any) -> pd.DataFrame:
        """Raises NotOverHttp, as `sql` does."""
        raise _refusal("snapshots")

    def lake_files(self, *_: Any, **__: Any) -> pd.DataFrame:
        """Raises NotOverHttp, as `sql` does: the files are on the machine that has the lake."""
        raise _refusal("lake_files")

    def close(self) -> None:
        """Closes the connections."""
        self._api.close()

    def _frame(self, question: FrameQuestion, values: dict[str, Any]) -> pd.DataFrame:
        from workbench.analysis.frame_files import read_frame

        parameters = [
            (each.name, text) for each in question.arguments if each.name in values for text in each.as_text(values[each.name])
        ]
        answer = self._api.get(f"/frames/{question.name}", parameters, accept=TableFormat.ARROW.media_type)
        try:
            return read_frame(answer.content)
        except ValueError:
            raise MalformedDocument("the answer is no table", document=question.name) from None
