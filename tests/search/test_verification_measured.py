"""Claims made of 500 figures are supported with their elements; 1,000 changed ones never are."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator
from decimal import Decimal
from itertools import islice

import pytest

from db.engine import Database
from tests import recorded_elements
from tests.conftest import MIRROR, clone
from tests.search import false_claims
from tests.search import generated_claims as generated
from tests.search.generated_claims import Known, Wording
from workbench.domain.identity import Cik
from workbench.domain.verification.judgement import Outcome
from workbench.search.verification import Verification, verify

QUESTIONS, GROWTH, CHANGED = 500, 100, 1000
OTHER_KINDS, LEAST_READ = 100, Decimal("0.8")
LEAST_SHARE = Decimal("0.99")
FACTORS = (Decimal("1.02"), Decimal("0.9"), Decimal("1.3"), Decimal("0.5"))
REPORTS = {
    Cik(320193): ("0000320193-24-000123", "0000320193-25-000073"),
    Cik(1045810): ("0001045810-25-000023",),
    Cik(80424): ("0000080424-25-000076",),
}

Ask = Callable[[str], Verification]


@pytest.fixture(scope="module")
def claims_database(postgres_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    database = Database(clone(postgres_url, "claims"))
    recorded_elements.load(database, recorded_elements.folder_store(tmp_path_factory.mktemp("objects")), MIRROR, REPORTS)
    yield database
    database.close()


@pytest.fixture(scope="module")
def asked(claims_database: Database) -> Iterator[Ask]:
    with claims_database.read() as connection:
        yield lambda sentence: verify(connection, sentence)


@pytest.fixture(scope="module")
def figures(claims_database: Database) -> list[Known]:
    with claims_database.read() as connection:
        return generated.known_figures(connection)


def _is_answered(verification: Verification, known: Known, outcome: Outcome) -> bool:
    """Whether the answer is the very figure, each of whose facts has an element that prints it."""
    (proven,) = verification.judgements
    judged = proven.judgement.figure
    return (
        proven.judgement.outcome is outcome
        and judged is not None
        and judged.figure.value == known.figure.value
        and judged.column.end == known.period.end
        and proven.figure is not None
        and bool(proven.figure.origins)
        and all(origin.shown for origin in proven.figure.origins)
    )


def _reasons(verification: Verification) -> list[tuple[str, str]]:
    return [(each.judgement.reason.value, each.judgement.claim.unclear_text) for each in verification.judgements]


@pytest.mark.mirror
def test_questions_made_of_figures_are_answered_with_their_elements(
    asked: Ask, figures: list[Known], capsys: pytest.CaptureFixture[str]
) -> None:
    chance = random.Random(14)
    wrong = []
    for number in range(QUESTIONS - GROWTH):
        known, is_question = chance.choice(figures), number % 4 == 0
        sentence = generated.sentence_of(known, generated.wording(chance, known, is_question=is_question))
        answer = asked(sentence)
        if not _is_answered(answer, known, Outcome.AMBIGUOUS if is_question else Outcome.SUPPORTED):
            wrong.append((sentence, _reasons(answer)))
    growing = (generated.growth_sentence(chance, chance.choice(figures)) for _ in iter(int, 1))
    for sentence in islice(filter(None, growing), GROWTH):
        answer = asked(sentence)
        if {each.judgement.outcome for each in answer.judgements} != {Outcome.SUPPORTED}:
            wrong.append((sentence, _reasons(answer)))
    right = QUESTIONS - len(wrong)
    with capsys.disabled():
        print(f"\nquestions and claims made of figures: {right} of {QUESTIONS} answered with their elements")  # noqa: T201
    assert Decimal(right) / QUESTIONS >= LEAST_SHARE, wrong


def _changed(chance: random.Random, how: str, known: Known, words: Wording, figures: list[Known]) -> str | None:
    """The sentence with one thing changed; None where the change would leave it true."""
    value = known.figure.value or Decimal(0)
    true = text = generated.value_text(words.value, value)
    about = known
    if how == "value":
        text = generated.value_text(words.value, value * chance.choice(FACTORS))
    elif how == "sign":
        text = f"-{text}" if value > 0 else text.replace("-", "")
    elif how == "scale":
        text = _rescaled(text)
    else:
        other = _other(chance, how, known, figures)
        if other is None or text in _true_texts(words, other):
            return None
        about = other
    if about is known and text == true:
        return None
    return words.sentence(value=text, period=generated.period_text(words.period, about.period), cik=about.cik)


def _true_texts(words: Wording, known: Known) -> set[str]:
    """A figure as the sentence would write it: as filed, and in today's shares."""
    values = (known.figure.value, known.figure.adjusted_value)
    return {generated.value_text(words.value, value) for value in values if value is not None}


def _rescaled(text: str) -> str:
    for one, other in (("million", "billion"), ("billion", "million"), ("bn", "m"), ("B", "M")):
        if text.endswith(one) or f"{one} " in text:
            return text.replace(one, other)
    return text


def _other(chance: random.Random, how: str, known: Known, figures: list[Known]) -> Known | None:
    same = [each for each in figures if each.measure == known.measure and each.kind is known.kind]
    if how == "period":
        same = [each for each in same if each.cik == known.cik and each.period != known.period]
    else:
        same = [each for each in same if each.cik != known.cik]
    return chance.choice(same) if same else None


@pytest.mark.mirror
def test_changed_claims_are_never_supported(asked: Ask, figures: list[Known], capsys: pytest.CaptureFixture[str]) -> None:
    chance = random.Random(1000)
    counts: Counter[tuple[str, str]] = Counter()
    supported = []
    for how in ("value", "period", "company", "scale", "sign"):
        made = 0
        while made < CHANGED // 5:
            known = chance.choice(figures)
            sentence = _changed(chance, how, known, generated.wording(chance, known), figures)
            if sentence is None:
                continue
            made += 1
            outcomes = {each.judgement.outcome for each in asked(sentence).judgements}
            counts.update((how, outcome.value) for outcome in outcomes)
            if outcomes & {Outcome.SUPPORTED}:
                supported.append((how, sentence, known))
    with capsys.disabled():
        print(f"\nchanged claims: {dict(counts)}")  # noqa: T201
    assert supported == []
    assert sum(count for (_, outcome), count in counts.items() if outcome == "contradicted") >= CHANGED * Decimal("0.9")


@pytest.mark.mirror
@pytest.mark.parametrize("kind", false_claims.KINDS)
def test_false_claims_of_other_kinds_are_never_supported(asked: Ask, figures: list[Known], kind: str) -> None:
    chance = random.Random(2000)
    tried = (false_claims.KINDS[kind](chance, chance.choice(figures)) for _ in range(4000))
    sentences = list(islice(filter(None, tried), OTHER_KINDS))
    assert len(sentences) == OTHER_KINDS
    outcomes = {sentence: {each.judgement.outcome for each in asked(sentence).judgements} for sentence in sentences}
    assert [sentence for sentence, found in outcomes.items() if Outcome.SUPPORTED in found] == []
    if kind in ("bound", "growth"):
        contradicted = sum(Outcome.CONTRADICTED in found for found in outcomes.values())
        assert contradicted >= OTHER_KINDS * LEAST_READ
