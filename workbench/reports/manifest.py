"""The manifest of a report: what is needed to repeat it and to compare the results."""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from db.operations.snapshots import Snapshot
from workbench.analysis.operations.report_figures import to_lines
from workbench.domain.operations.reports import ReportFigure, Value
from workbench.reports.notebooks import Notebook

_DISTRIBUTION = "corporate-intel-workbench"


@dataclass(frozen=True, slots=True)
class Manifest:
    """One run. `figures_sha256` is over every figure asked for and every text and table shown, charts left out: their markup
    is another each time, and what they draw was asked for.
    """

    notebook: str
    notebook_sha256: str
    parameters: Mapping[str, Value]
    data: Snapshot
    code_version: str
    figures_sha256: str
    run_at: datetime

    def as_document(self) -> dict[str, Any]:
        """As plain values, dates in ISO form."""
        document: dict[str, Any] = json.loads(self.as_json())
        return document

    def as_json(self) -> str:
        """Indented JSON with sorted keys, dates in ISO form."""
        return json.dumps(asdict(self), indent=2, sort_keys=True, default=_iso)


def make_manifest(
    notebook: Notebook,
    parameters: Mapping[str, Value],
    data: Snapshot,
    cells: Iterable[Mapping[str, Any]],
    figures: Iterable[ReportFigure],
) -> Manifest:
    """The manifest of a run that has just ended, from its executed `cells` and the figures that they asked for."""
    return Manifest(
        notebook=notebook.name,
        notebook_sha256=hashlib.sha256(json.dumps(notebook.content, sort_keys=True).encode()).hexdigest(),
        parameters=parameters,
        data=data,
        code_version=importlib.metadata.version(_DISTRIBUTION),
        figures_sha256=_figures_sha256(cells, figures),
        run_at=datetime.now(UTC),
    )


# Where an object without words of its own says where it lay in memory.
_ADDRESS = re.compile(r" at 0x[0-9a-f]+")
_SHOWN = ("text/markdown", "text/html", "text/plain")


def _figures_sha256(cells: Iterable[Mapping[str, Any]], figures: Iterable[ReportFigure]) -> str:
    digest = hashlib.sha256(to_lines(sorted(figures, key=lambda figure: figure.key)).encode())
    for cell in cells:
        for output in cell.get("outputs", ()):
            if output.get("name") != "stderr":
                digest.update(_ADDRESS.sub("", _shown(output)).encode() + b"\0")
    return digest.hexdigest()


def _shown(output: Mapping[str, Any]) -> str:
    """The text of an output as a reader sees it; nothing for a chart."""
    if "text" in output:
        return _joined(output["text"])
    data = output.get("data", {})
    texts = [_joined(data[kind]) for kind in _SHOWN if kind in data]
    return "" if not texts or any("<script" in text for text in texts) else texts[0]


def _joined(text: str | list[str]) -> str:
    return "".join(text) if isinstance(text, list) else text


def _iso(value: Any) -> str:
    return str(value.isoformat())
