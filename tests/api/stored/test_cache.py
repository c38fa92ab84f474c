"""The cache holds what is right, and no more than it may."""

from __future__ import annotations

from api.stored.answer import Answer, coding_of
from api.stored.cache import AnswerCache

NIKE, TAGS = "/api/v1/companies/NKE?", ("company:NKE", "company:320187")


def answer(text: str) -> Answer:
    return Answer([(b"etag", b'W/"1"')], b'W/"1"', {"identity": text.encode()})


def test_an_answer_stays_until_what_it_follows_from_changes() -> None:
    cache = AnswerCache(1_000_000)
    assert cache.put(NIKE, answer("Nike"), TAGS, cache.begin())
    cache.on_change("company:320193")
    assert cache.get(NIKE) is not None
    cache.on_change("company:320187")
    assert cache.get(NIKE) is None
    assert cache.put(NIKE, answer("Nike"), TAGS, cache.begin())
    cache.on_change(None)
    assert cache.get(NIKE) is None


def test_an_answer_that_was_made_during_a_change_is_not_cached() -> None:
    cache = AnswerCache(1_000_000)
    for change in ("company:320187", None):
        ticket, other = cache.begin(), cache.begin()
        cache.on_change(change)
        assert not cache.put(NIKE, answer("before the change"), TAGS, ticket)
        assert cache.get(NIKE) is None
        cache.give_up(other)
    ticket = cache.begin()
    cache.on_change("company:1")
    assert cache.put(NIKE, answer("another company changed"), TAGS, ticket)


def test_the_least_recently_used_leave_first_and_compressed_bodies_count() -> None:
    cache = AnswerCache(30_000)
    for number in range(4):
        cache.put(str(number), answer("x" * 5_000), (f"company:{number}",), cache.begin())
    assert [cache.get(str(number)) is not None for number in range(4)] == [True] * 4
    cache.get("0")
    cache.put("4", answer("x" * 5_000), ("company:4",), cache.begin())
    assert [cache.get(str(number)) is not None for number in range(5)] == [True, False, True, True, True]
    newest = cache.get("4")
    assert newest is not None
    newest.bodies["gzip"] = b"x" * 12_000
    cache.grew("4")
    assert [cache.get(str(number)) is not None for number in range(5)] == [False, False, False, True, True]
    assert not cache.put("5", answer("x" * 40_000), ("company:5",), cache.begin()) or cache.get("5") is None
    cache.on_change("company:4")
    assert cache.get("4") is None


def test_the_coding_is_one_that_the_client_takes() -> None:
    accepted = {
        b"": "identity", b"gzip": "gzip", b"gzip, deflate, br, zstd": "zstd", b"GZIP;q=0.2": "gzip",
        b"zstd;q=0, gzip": "gzip", b"gzip; q=0": "identity", b"br, deflate": "identity",
    }  # fmt: skip
    assert {header: coding_of(header) for header in accepted} == accepted


def test_each_coding_holds_the_same_and_small_answers_are_sent_as_they_are() -> None:
    import gzip

    import pyarrow as pa

    text = "Nike reports 51,362,000,000 USD of revenue. " * 500
    stored = Answer([], b"", {"gzip": gzip.compress(text.encode())})
    assert stored.encode("identity") == text.encode()
    assert pa.Codec("zstd").decompress(stored.encode("zstd"), len(text), asbytes=True) == text.encode()
    assert gzip.decompress(answer(text).encode("gzip")) == text.encode()
    assert [answer(each).chosen(b"gzip") for each in ("short", text)] == ["identity", "gzip"]
