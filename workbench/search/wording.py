"""The words by which a question is asked: without the names that filters stand for, and with what filings write."""

from __future__ import annotations

import re

from workbench.search.understanding import Understanding


def without_names(text: str, understood: Understanding) -> str:
    """The question without the names of companies, or as it is when nothing else would be left."""
    spans = [(each.start, each.end) for each in understood.companies]
    spans += [(each.start, each.end) for each in understood.own_companies]
    spans += [(each.start, each.end) for each in understood.absent]
    pieces, at = [], 0
    for start, end in sorted(spans):
        if start >= at:
            pieces.append(text[at:start])
        at = max(at, end)
    rest = " ".join(" ".join([*pieces, text[at:]]).split())
    return rest if re.search(r"\w", rest) else text


def with_item_titles(text: str, understood: Understanding) -> str:
    """The question with the titles of items in place of their numbers, and without the forms and dates it names by words.

    10 and K stand in every list of exhibits. Where nothing else would be left the question stays as it is.
    """
    rest = text
    for item in understood.items:
        rest = rest.replace(item.mention_text, f" {item.title} ")
    for words in [mention.mention_text for mention in understood.newest] + [
        mention.mention_text for mention in understood.forms
    ]:
        rest = rest.replace(words, " ")
    rest = " ".join(rest.split())
    return rest if re.search(r"\w", rest) else text


def spelled_out(subject: str, understood: Understanding) -> str:
    """The question with the labels of lines that it calls by another name: models know few abbreviations."""
    labels = [term.label for term in understood.lines if term.label.lower() not in subject.lower()]
    return f"{subject} ({', '.join(labels)})" if labels else subject


def apart_from_lines(text: str, understood: Understanding) -> str:
    """The question without the names of lines, which are sought as phrases: capital alone is no capital expenditure."""
    ratios, terms = understood.ratios, understood.terms
    for words in [mention.mention_text for mention in ratios] + [term.mention_text for term in terms]:
        text = text.replace(words, " ")
    return text
