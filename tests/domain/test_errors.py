"""The tree of errors as a whole: what each one's rule for trying again is, and that all of them survive a process."""

from __future__ import annotations

import inspect
import pickle
from collections.abc import Iterator

import pytest

from workbench.domain import errors
from workbench.domain.errors import (
    DatabaseUnavailable,
    QueueFull,
    SourceError,
    SourceRefused,
    StillInProgress,
    WorkbenchError,
)


def tree(kind: type[WorkbenchError] = WorkbenchError) -> Iterator[type[WorkbenchError]]:
    """The errors of the module, each before its kinds; another test's own are none of it."""
    if kind.__module__ == errors.__name__:
        yield kind
        for below in kind.__subclasses__():
            yield from tree(below)


ALL = list(tree())


VALUES = {"hint": "wait", "url": "http://127.0.0.1/a", "retry_after_seconds": 90.5, "document": "a.htm"}


def values_of(kind: type[WorkbenchError]) -> dict[str, object]:
    """Something for everything that the kind knows of."""
    known = inspect.signature(kind.__init__).parameters
    return {name: value for name, value in VALUES.items() if name in known}


def example(kind: type[WorkbenchError]) -> WorkbenchError:
    """One of the kind with everything set."""
    return kind("what happened", **values_of(kind))


def test_the_whole_tree_is_here() -> None:
    public = {
        name
        for name, value in vars(errors).items()
        if isinstance(value, type) and issubclass(value, WorkbenchError) and value.__module__ == errors.__name__
    }
    assert {kind.__name__ for kind in ALL} == public
    assert len(ALL) >= 18
    assert {"SourceError", "RateLimited", "SourceUnavailable"} <= {kind.__name__ for kind in ALL if kind.is_transient}


@pytest.mark.parametrize("kind", ALL, ids=lambda kind: kind.__name__)
def test_only_what_could_not_be_asked_is_transient(kind: type[WorkbenchError]) -> None:
    not_asked = (SourceError, DatabaseUnavailable, QueueFull, StillInProgress)
    could_not_be_asked = issubclass(kind, not_asked) and not issubclass(kind, SourceRefused)
    assert example(kind).is_transient is could_not_be_asked


@pytest.mark.parametrize("kind", ALL, ids=lambda kind: kind.__name__)
def test_each_says_what_it_was_told(kind: type[WorkbenchError]) -> None:
    error = example(kind)
    assert vars(error) == {"message": "what happened"} | values_of(kind)
    assert (str(error), error.args) == ("what happened", ("what happened",))


@pytest.mark.parametrize("kind", ALL, ids=lambda kind: kind.__name__)
def test_each_survives_a_process(kind: type[WorkbenchError]) -> None:
    error = example(kind)
    error.__notes__ = ["while AAPL was loaded"]
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is kind
    assert vars(again) == vars(error)
    assert (str(again), again.args, again.is_transient) == ("what happened", ("what happened",), error.is_transient)


def test_the_docstring_draws_the_tree_and_marks_what_is_transient() -> None:
    lines = (errors.__doc__ or "").splitlines()
    drawn = [line.split("──")[-1].split() for line in lines if "──" in line]
    assert [words[0] for words in drawn] == [kind.__name__ for kind in ALL[1:]]
    assert {words[0] for words in drawn if words[1] == "*"} == {kind.__name__ for kind in ALL if kind.is_transient}
