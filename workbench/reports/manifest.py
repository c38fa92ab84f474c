"""What a report was made of: enough to make it again and to see that it came out the same."""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from db.snapshots import Snapshot
from workbench.reports.notebooks import Notebook, Value

_DISTRIBUTION = "corporate-intel-workbench"


@dataclass(frozen=True, slots=True)
class Manifest:
    """One run. `figures_sha256` is over the plain text of every output, so equal figures have equal hashes."""

    notebook: str
    notebook_sha256: str
    parameters: Mapping[str, Value]
    data: Snapshot
    code_version: str
    figures_sha256: str
    run_at: datetime

    def as_json(self) -> str:
        """Indented JSON with sorted keys, dates in ISO form."""
        return json.dumps(asdict(self), indent=2, sort_keys=True, default=_iso)


def make_manifest(
    notebook: Notebook, parameters: Mapping[str, Value], data: Snapshot, cells: Iterable[Mapping[str, Any]]
) -> Manifest:
    """The manifest of a run that has just ended, from its executed `cells`."""
    return Manifest(
        notebook=notebook.name,
        notebook_sha256=hashlib.sha256(json.dumps(notebook.content, sort_keys=True).encode()).hexdigest(),
        parameters=parameters,
        data=data,
        code_version=importlib.metadata.version(_DISTRIBUTION),
        figures_sha256=_figures_sha256(cells),
        run_at=datetime.now(UTC),
    )


def _figures_sha256(cells: Iterable[Mapping[str, Any]]) -> str:
    digest = hashlib.sha256()
    for cell in cells:
        for output in cell.get("outputs", ()):
            text = output.get("text") or output.get("data", {}).get("text/plain", "")
            digest.update(("".join(text) if isinstance(text, list) else text).encode() + b"\0")
    return digest.hexdigest()


def _iso(value: Any) -> str:
    return str(value.isoformat())
