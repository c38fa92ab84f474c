"""Retrieval figures worked out by hand."""

from __future__ import annotations

import json
import math

import pytest

from workbench.domain.errors import InvalidRequest
from workbench.domain.filings.passages import Hit
from workbench.domain.identity import Accession
from workbench.search.evaluation import Place, ndcg, ranks, read_queries, recall, reciprocal

_A, _B = Accession("0000000001-24-000001"), Accession("0000000002-24-000002")


def _hit(accession: Accession | None, start: int, end: int, document: str = "main.htm", title: str | None = None) -> Hit:
    return Hit(
        passage_id=start, document_id=1, cik=None, company=None, accession=accession, document=document, title=title,
        form=None, filed_on=None, part=None, item=None, page=None, start=start, end=end, text="", score=1.0,
    )  # fmt: skip


def test_half_of_the_shorter_span_shows_a_place() -> None:
    place = Place(_A, None, 100, 200)
    assert place.is_shown_by(_hit(_A, 150, 400))
    assert not place.is_shown_by(_hit(_A, 151, 400))
    assert place.is_shown_by(_hit(_A, 190, 210)), "the hit is the shorter one"
    assert not place.is_shown_by(_hit(_B, 100, 200))
    assert not place.is_shown_by(_hit(_A, 200, 300))


def test_an_alternative_and_a_document_without_accession_count() -> None:
    place = Place(_A, None, 0, 10, alternatives=(Place(_B, None, 50, 60),))
    assert place.is_shown_by(_hit(_B, 50, 60))
    memo = Place(None, "Memo 7", 0, 10)
    assert memo.is_shown_by(_hit(None, 0, 10, document="memo.pdf", title="Memo 7"))
    assert not memo.is_shown_by(_hit(None, 0, 10, document="other.pdf"))


def test_ranks_of_two_places() -> None:
    hits = [_hit(_B, 0, 10), _hit(_A, 0, 10), _hit(_A, 40, 50), _hit(_A, 0, 10)]
    assert ranks(hits, [Place(_A, None, 0, 10), Place(_A, None, 40, 50), Place(_A, None, 90, 99)]) == [2, 3, None]


def test_figures_by_hand() -> None:
    found = [2, 3, None]
    assert [recall(found, k) for k in (1, 2, 3, 10)] == pytest.approx([0, 1 / 3, 2 / 3, 2 / 3])
    assert reciprocal(found) == 0.5
    gain = 1 / math.log2(3) + 1 / math.log2(4)
    best = 1 / math.log2(2) + 1 / math.log2(3) + 1 / math.log2(4)
    assert ndcg(found, 10) == pytest.approx(gain / best)
    assert ndcg(found, 10) == pytest.approx(0.5307, abs=1e-4)
    assert ndcg([11], 10) == 0
    assert ndcg([1], 10) == 1
    assert (recall([], 5), reciprocal([]), ndcg([], 10)) == (0, 0, 0)


def test_reads_json_lines() -> None:
    row = {
        "query": "who audits",
        "filters": {"tickers": ["AAPL"], "forms": ["10-K"], "as_of": "2024-12-31"},
        "relevant": [{"accession": str(_A), "item": "9A", "start": 5, "end": 9, "alternatives": [
            {"document": "memo.pdf", "page": 3, "start": 1, "end": 2}
        ]}],
    }  # fmt: skip
    query, plain = read_queries([json.dumps(row), "", json.dumps({"query": "x", "relevant": []})])
    assert (query.text, query.tickers, query.forms, query.as_of) == ("who audits", ("AAPL",), ("10-K",), "2024-12-31")
    assert query.relevant[0].accession == _A
    assert query.relevant[0].alternatives[0].page == 3
    assert (plain.relevant, plain.tickers) == ((), ())


@pytest.mark.parametrize(
    "line",
    [
        "{",
        "[]",
        '{"relevant": []}',
        '{"query": "x", "relevant": [{"start": 1, "end": 2}]}',
        '{"query": "x", "relevant": [{"accession": "7", "start": 1, "end": 2}]}',
    ],
)
def test_a_wrong_line_is_named(line: str) -> None:
    with pytest.raises(InvalidRequest, match="line 2"):
        list(read_queries(['{"query": "x", "relevant": []}', line]))
