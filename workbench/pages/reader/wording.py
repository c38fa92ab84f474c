"""The words of a changed paragraph in pieces that templates mark."""

from __future__ import annotations

from collections.abc import Iterable

from workbench.domain.filings.changes import WordRun

Piece = dict[str, str]
"""Words of one `kind` (`added`, `removed` or `same`), or a `gap` for omitted unchanged words."""


def table_pieces(runs: Iterable[WordRun]) -> list[list[list[Piece]]]:
    """Splits the words of a table into rows at line feeds and into cells at tabs."""
    rows: list[list[list[Piece]]] = [[[]]]
    for run in runs:
        for number, line in enumerate(run.text.split("\n")):
            if number:
                rows.append([[]])
            for place, cell in enumerate(line.split("\t")):
                if place:
                    rows[-1].append([])
                if cell:
                    rows[-1][-1].append({"kind": run.kind, "text": cell})
    return rows
