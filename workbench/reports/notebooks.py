"""Finding notebooks, and reading their parameters from the cell tagged `parameters`."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from workbench.domain.as_of import parse_as_of, today
from workbench.domain.errors import InvalidRequest, MalformedDocument, NotFound
from workbench.domain.operations.reports import Value

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"


@dataclass(frozen=True, slots=True)
class Notebook:
    """A notebook file, its content as nbformat's JSON, and the defaults of its parameters by name."""

    path: Path
    content: dict[str, Any]
    defaults: Mapping[str, Value]

    @property
    def name(self) -> str:
        """What `workbench report` calls it."""
        return self.path.stem


def find_notebook(text: str, folder: Path = NOTEBOOKS) -> Path:
    """The file that `text` names: a path, or the name of a notebook of this project. Raises NotFound that lists those."""
    given = Path(text).expanduser()
    for path in (given, folder / f"{text.removesuffix('.ipynb')}.ipynb"):
        if path.suffix == ".ipynb" and path.is_file():
            return path.resolve()
    names = ", ".join(sorted(path.stem for path in folder.glob("*.ipynb")))
    raise NotFound(f"there is no notebook {text!r}", hint=f"there are {names}; or give the path of an .ipynb file")


def all_notebooks(folder: Path = NOTEBOOKS) -> list[Notebook]:
    """The notebooks of this project that can be run as reports, sorted by name."""
    notebooks = []
    for path in sorted(folder.glob("*.ipynb")):
        with suppress(MalformedDocument):
            notebooks.append(load_notebook(path))
    return notebooks


def load_notebook(path: Path) -> Notebook:
    """Reads the notebook and its parameters: plain assignments of text, numbers and truth values in the cell so tagged.

    Raises MalformedDocument for what is no notebook, or has no such cell.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        cells = content["cells"]
        sources = [_source(cell) for cell in cells if "parameters" in cell.get("metadata", {}).get("tags", ())]
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise MalformedDocument(f"{path.name} is not a notebook", document=str(path)) from error
    if len(sources) != 1:
        raise MalformedDocument(f"{path.name} has not exactly one cell tagged `parameters`", document=str(path))
    return Notebook(path, content, _defaults(sources[0], path))


def parse_parameters(notebook: Notebook, assignments: Iterable[str]) -> dict[str, Value]:
    """All parameters of a run: the defaults, with `name=value` texts read as the type of each default.

    `as_of` is a date, and an empty one becomes today, so that the run can be repeated. Raises InvalidRequest that names
    the parameter.
    """
    values = dict(notebook.defaults) | given_parameters(notebook, assignments)
    if "as_of" in values:
        values["as_of"] = report_day(values).isoformat()
    return values


def given_parameters(notebook: Notebook, assignments: Iterable[str]) -> dict[str, Value]:
    """Only those that the `name=value` texts give, each read as the type of its default; raises InvalidRequest."""
    values: dict[str, Value] = {}
    for assignment in assignments:
        name, sign, text = assignment.partition("=")
        name = name.strip()
        if not sign:
            raise InvalidRequest(f"{assignment!r} is not of the form name=value")
        if name not in notebook.defaults:
            raise InvalidRequest(
                f"{notebook.name} has no parameter {name!r}",
                hint=f"it has {', '.join(notebook.defaults)}" if notebook.defaults else None,
            )
        values[name] = _read(name, text.strip(), notebook.defaults[name])
    if values.get("as_of"):
        report_day(values)  # raises for what is no date
    return values


def report_day(values: Mapping[str, Value]) -> date:
    """The as-of date among the parameters; today when there is none. Raises InvalidRequest or FutureDate."""
    return parse_as_of(str(values.get("as_of", ""))) or today()


def code_cells(notebook: Notebook) -> int:
    """How many code cells a run executes, the injected one with the parameters included."""
    cells = [cell for cell in notebook.content["cells"] if cell["cell_type"] == "code" and "".join(cell["source"]).strip()]
    return len(cells) + bool(notebook.defaults)


def title_of(notebook: Notebook, parameters: Mapping[str, Value]) -> str:
    """The report's title: the notebook, its parameters and its as-of date."""
    about = [value for name, value in parameters.items() if isinstance(value, str) and value and name != "as_of"]
    name = notebook.name.replace("_", " ").capitalize()
    return f"{name}{': ' if about else ''}{', '.join(about)}, as of {report_day(parameters)}"


def project_notebook(name: str, folder: Path = NOTEBOOKS) -> Notebook:
    """A notebook of this project by its name alone, for callers that may not name files; raises NotFound that lists them."""
    known = {notebook.name: notebook for notebook in all_notebooks(folder)}
    if name not in known:
        raise NotFound(f"there is no notebook {name!r}", hint=f"there are {', '.join(known)}")
    return known[name]


def _source(cell: Mapping[str, Any]) -> str:
    source = cell["source"]
    return source if isinstance(source, str) else "".join(source)


def _defaults(source: str, path: Path) -> dict[str, Value]:
    defaults: dict[str, Value] = {}
    try:
        for statement in ast.parse(source).body:
            if isinstance(statement, ast.Assign) and len(statement.targets) == 1:
                target, value = statement.targets[0], statement.value
            elif isinstance(statement, ast.AnnAssign) and statement.value is not None:
                target, value = statement.target, statement.value
            else:
                raise ValueError
            default = ast.literal_eval(value)
            if not isinstance(target, ast.Name) or not isinstance(default, str | int | float | bool):
                raise ValueError
            defaults[target.id] = default
    except (ValueError, SyntaxError) as error:
        raise MalformedDocument(
            f"the parameters cell of {path.name} holds more than plain assignments of text, numbers and truth values",
            document=str(path),
        ) from error
    return defaults


_TRUTH = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
_KINDS = {bool: "true or false", int: "a whole number", float: "a number"}


def _read(name: str, text: str, default: Value) -> Value:
    kind = type(default)
    try:
        if kind is bool:
            return _TRUTH[text.lower()]
        return kind(text)
    except (ValueError, KeyError):
        raise InvalidRequest(f"{name} is {_KINDS[kind]}, not {text!r}") from None
