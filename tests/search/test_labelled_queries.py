"""The labelled queries over the recorded filings: what the search is worth, printed, and what it may not fall under."""

from __future__ import annotations

import json

import pytest

from tests.conftest import RecordedFilings
from tests.search import anchors
from workbench.adapters.embedder import WordLlamaEmbedder
from workbench.search.evaluation import Figures, LabelledQuery, evaluate, read_queries
from workbench.search.hybrid import SearchMode

pytestmark = [pytest.mark.mirror, pytest.mark.xdist_group("recorded_filings")]


@pytest.fixture(scope="module")
def labelled(recorded_filings: RecordedFilings) -> list[LabelledQuery]:
    queries = anchors.read()
    assert anchors.reanchor(queries, recorded_filings.texts) == 0, "some places are not in the extracted texts any more"
    return list(read_queries(map(json.dumps, queries)))


@pytest.fixture(scope="module")
def figures(recorded_filings: RecordedFilings, labelled: list[LabelledQuery]) -> dict[SearchMode, Figures]:
    with recorded_filings.database.read() as connection:
        return {row.mode: row for row in evaluate(connection, WordLlamaEmbedder(), labelled)}


def test_the_set_is_broad(labelled: list[LabelledQuery]) -> None:
    places = [place for query in labelled for place in query.relevant]
    assert len(labelled) >= 150
    assert len({place.accession for place in places}) >= 30
    assert {place.item for place in places} >= {"1", "1A", "1C", "2", "3", "7", "8", "9A"}


def test_hybrid_finds_at_least_what_each_half_finds(
    figures: dict[SearchMode, Figures], capsys: pytest.CaptureFixture[str]
) -> None:
    with capsys.disabled():
        for row in figures.values():
            recalls = "  ".join(f"recall@{k} {share:.3f}" for k, share in row.recall.items())
            print(f"\n{row.mode:7} {row.queries} queries  {recalls}  MRR {row.mrr:.3f}  nDCG@10 {row.ndcg_10:.3f}", end="")  # noqa: T201
    hybrid = figures[SearchMode.HYBRID]
    for half in (figures[SearchMode.WORDS], figures[SearchMode.VECTOR]):
        assert hybrid.recall[10] >= half.recall[10]
        assert hybrid.ndcg_10 >= half.ndcg_10
    # Reached 0.849 when this was written, over passages cut elsewhere now and then: a change that costs more says why.
    assert hybrid.recall[10] >= 0.82


def test_stored_offsets_still_point_there(recorded_filings: RecordedFilings) -> None:
    """The file serves without re-anchoring too: small moves do no harm, more call for `python -m tests.search.anchors`."""
    queries = anchors.read()
    stored = [(place["start"], place["end"]) for place in anchors.places(queries)]
    anchors.reanchor(queries, recorded_filings.texts)
    good = 0
    for (start, end), place in zip(stored, anchors.places(queries), strict=True):
        good += min(end, place["end"]) - max(start, place["start"]) > 0.5 * (end - start)
    assert good >= 0.98 * len(stored)
