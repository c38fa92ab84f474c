"""The words of claims that are neither company, measure, period nor number: movements, comparisons, words that say nothing.

A claim is judged only if every word of it is known. The lists are closed for that reason: a word that is missing here makes a
claim ambiguous, a word too many could turn another quantity (adjusted, iPhone, per day) into the company's figure.
"""

from __future__ import annotations

import re
from importlib import resources

_UP = (
    r"rose|rises?|rising|grew|grows?|grown|growing|increas(?:e|es|ed|ing)|climb(?:s|ed)?|jump(?:s|ed)?|surg(?:e|es|ed)"
    r"|soar(?:s|ed)?|gain(?:s|ed)?|advanced|expand(?:s|ed)?|widened|went\s+up|up|higher|growth"
)
_DOWN = (
    r"fell|falls?|fallen|falling|declin(?:e|es|ed|ing)|decreas(?:e|es|ed|ing)|drop(?:s|ped)?|shrank|shrunk|slid|slipped"
    r"|contracted|plunged|tumbled|sank|narrowed|went\s+down|down|lower|reduced"
)
MOVEMENT = re.compile(rf"\b(?:(?P<up>{_UP})|(?P<down>{_DOWN}))\b", re.IGNORECASE)

_THAN = r"(?:(?:from|over|than|compared\s+(?:with|to)|versus|vs\.?|against|on|in)\s+)?"
_SAME = r"(?:(?:the\s+)?same\s+(?:period|quarter)\s+(?:of\s+|in\s+)?)?"
_PAST_YEAR = (
    r"(?:the\s+|its\s+)?(?:prior|previous|preceding)[- ](?:fiscal\s+)?year(?:'s)?(?:\s+(?:period|quarter|figure))?"
    r"|last\s+year|(?:a|one)\s+year\s+(?:earlier|ago|before|prior)|the\s+year\s+(?:before|earlier)"
    r"|(?:the\s+)?year[- ]ago(?:\s+(?:period|quarter))?"
)
YEAR_BEFORE = re.compile(
    rf"{_THAN}{_SAME}(?:{_PAST_YEAR})|\byear[- ](?:over|on)[- ]year\b|\byoy\b|\by/y\b|\bon\s+the\s+year\b", re.IGNORECASE
)
PERIOD_BEFORE = re.compile(
    rf"{_THAN}(?:the\s+)?(?:prior|previous|preceding)\s+quarter|\bsequentially\b"
    r"|\bquarter[- ](?:over|on)[- ]quarter\b|\bqoq\b|\bq/q\b",
    re.IGNORECASE,
)
# Words that say nothing only together: annual revenue of a quarter is another figure.
SOURCE = re.compile(r"\b(?:annual|quarterly|full[- ]year)\s+(?:reports?|filings?|results?)\b", re.IGNORECASE)
# Before a period: it is the one that a change starts from.
FROM_PERIOD = re.compile(
    r"\b(?:from|compared\s+(?:with|to)|versus|vs\.?|against|over|than)\s+"
    r"(?:in\s+|for\s+|that\s+of\s+|those\s+of\s+)?(?:the\s+|its\s+)?$",
    re.IGNORECASE,
)
# Before a number: what the number is.
_ARTICLE = r"\s*(?:a\s+|an\s+)?$"
TO_VALUE = re.compile(rf"\b(?:to|at){_ARTICLE}", re.IGNORECASE)
BY_VALUE = re.compile(rf"(?:\bby|(?:{_UP}|{_DOWN})(?:\s+of)?){_ARTICLE}", re.IGNORECASE)
FROM_VALUE = re.compile(rf"(?:\bfrom|\bcompared\s+(?:with|to)|\bversus|\bvs\.?|\bagainst){_ARTICLE}", re.IGNORECASE)
# Between two numbers: where the second one's words begin.
BOUNDARY = re.compile(
    r"[,;:(]|[.?!](?=\s)|\b(?:and|but|while|whereas|versus|vs|compared|against|from|to|with|up|down)\b", re.IGNORECASE
)
# What follows gives reasons, which figures cannot prove.
REASON_CLAUSE = re.compile(
    r"[,;]?\s+(?:(?:mainly|largely|primarily|partly|mostly)\s+)?(?:driven\s+by|due\s+to|thanks\s+to|because(?:\s+of)?"
    r"|helped\s+by|reflecting|owing\s+to|amid|on\s+the\s+back\s+of|as\s+a\s+result\s+of|led\s+by|boosted\s+by|hurt\s+by)\b.*",
    re.IGNORECASE | re.DOTALL,
)

WORD = re.compile(r"[^\W_](?:[\w&]|['’./-](?=\w))*")
_FILE = resources.files("workbench.domain.verification").joinpath("words_saying_nothing.txt")
SAYING_NOTHING = frozenset(_FILE.read_text(encoding="utf-8").split())
