"""Verifies the figures that a sentence claims, with the figures and elements that prove or disprove them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from db.engine import Connection
from workbench.analysis.statements.verification_json import VerificationAnswer, claim_answer, verification_answer
from workbench.domain.errors import InvalidRequest
from workbench.domain.measures.provenance import Provenance
from workbench.domain.verification.claim import Claim, NamedCompany
from workbench.domain.verification.claim_parser import read_sentence
from workbench.domain.verification.judgement import Judgement, judge
from workbench.domain.verification.measure_names import measures_in
from workbench.domain.verification.stated_periods import periods_in
from workbench.search.mentions import companies_in
from workbench.search.proofs import Proofs

LONGEST_SENTENCE = 1000


@dataclass(frozen=True, slots=True)
class ProvenJudgement:
    """A judgement with the proofs of the figure it rests on and of the one that a change starts from."""

    judgement: Judgement
    figure: Provenance | None
    earlier: Provenance | None


@dataclass(frozen=True, slots=True)
class Verification:
    """A sentence and the judgement of each figure that it claims, in order; `not_judged` are words that only give a reason."""

    sentence: str
    as_of: date | None
    judgements: tuple[ProvenJudgement, ...]
    not_judged: str = ""


def verify(connection: Connection, sentence: str, as_of: date | None = None) -> Verification:
    """Each figure that the sentence claims, judged by the figures known on `as_of` (None: now).

    Raises InvalidRequest for an empty sentence and for one of more than `LONGEST_SENTENCE` characters.
    """
    text = " ".join(sentence.replace("\0", " ").split())
    if not text:
        raise InvalidRequest("there is nothing to verify", hint="write a sentence with a figure")
    if len(text) > LONGEST_SENTENCE:
        raise InvalidRequest(f"the sentence is longer than {LONGEST_SENTENCE:,} characters", hint="verify it in parts")
    mentions = companies_in(connection, _with_tickers_apart(text), as_of, is_misspelling_allowed=False)
    read = read_sentence(text, [NamedCompany(each.company, each.start, each.end) for each in mentions])
    proofs = Proofs(connection, as_of)
    judged = tuple(_judged(proofs, claim) for claim in read.claims)
    return Verification(text, as_of, judged, read.not_judged)


def _with_tickers_apart(text: str) -> str:
    """The sentence; of one in capitals alone, with measures and periods in small letters, so that tickers stand out."""
    if not text.isupper():
        return text
    spans = [(each.start, each.end) for each in measures_in(text)] + [(each.start, each.end) for each in periods_in(text)]
    for start, end in spans:
        text = text[:start] + text[start:end].lower() + text[end:]
    return text


def _judged(proofs: Proofs, claim: Claim) -> ProvenJudgement:
    result = judge(claim, proofs.tables(claim))
    return ProvenJudgement(result, proofs.proof(result.figure), proofs.proof(result.earlier))


def verification_document(verification: Verification) -> VerificationAnswer:
    """The sentence, and each claim with its outcome and the proofs of its figures."""
    claims = [claim_answer(each.judgement, each.figure, each.earlier) for each in verification.judgements]
    day = verification.as_of.isoformat() if verification.as_of else None
    return verification_answer(verification.sentence, day, claims, verification.not_judged)
