"""Whether an item says something of its own, or points elsewhere, is left out or reserved."""

from __future__ import annotations

import re
from dataclasses import replace

from workbench.domain.filings.filing import Section, SectionStatus
from workbench.parse.items.form_items import base_form

_INCORPORATED = re.compile(
    r"\bincorporat(?:ed|es?|ing|ion)\b[^.]{0,80}?\bby\s+(?:this\s+)?reference|hereby\s+incorporated",
    re.IGNORECASE,
)
# A pointer to the annual report to shareholders, which is an exhibit of a 10-K (Exhibit 13), without the word.
_IN_THE_EXHIBIT = re.compile(
    r"\b(?:reported|appear(?:s|ing)?|contained|included|presented|set\s+forth|found|shown)\b[^.]{0,400}?"
    r"\b(?:annual\s+report\s+to\s+(?:the\s+)?(?:its\s+)?(?:share|stock)\s?(?:holders|owners)|exhibit\s+13)\b",
    re.IGNORECASE,
)
_SUPPLIED_LATER = (
    re.compile(  # Part III of a 10-K may be answered by the proxy statement, or by an amendment (General Instruction G)
        r"\b(?:supplied|included|contained|set\s+forth|provided|furnished|filed)\s+(?:by|in|with)\b[^.]{0,120}?"
        r"\b(?:proxy\s+statement|information\s+statement|schedule\s+14[ac]|amendment)\b",
        re.IGNORECASE,
    )
)
_ITEMS_NAMED = re.compile(r"\bitems\s+((?:\d{1,2}[a-c]?[\s,]*(?:and|through|to|&|-|–)?\s*){2,8})", re.IGNORECASE)
_PART_HEADING = re.compile(r"^[^\w\n]{0,6}part[ \t]+(?:IV|I{1,3})\b", re.IGNORECASE | re.MULTILINE)
_RESERVED = re.compile(r"\W*(?:(?:removed|deleted)\s+and\s+)?reserved(?:\s+for\s+future\s+use)?\W*", re.IGNORECASE)
# The form's own title with the word behind it: "Selected Financial Data [Reserved]".
_TITLED_RESERVED = re.compile(r"[\[(]\s*(?:(?:removed|deleted)\s+and\s+)?reserved\s*[\])]\W*$", re.IGNORECASE)
_OMITTED = re.compile(
    r"\bomitted\b|\bomits?\b|^\W*not\s+required\W*$|not\s+required\s+(?:for|by\s+smaller|of\s+smaller|under\s+this\s+item|"
    r"to\s+(?:be\s+(?:provided|furnished|included|disclosed|reported)|provide|furnish|include|disclose|report|respond|make))"
    r"|\bnot\s+applicable\b[^.]{0,80}\bsmaller\s+reporting\s+compan",
    re.IGNORECASE,
)
_NO_EVENT = re.compile(r"\W*(?:none|not\s+applicable|n/?a|no\s+events?\s+to\s+report)\W*", re.IGNORECASE)
# The items of exhibits, by form.
_EXHIBITS: dict[str, set[tuple[str | None, str]]] = {
    "10-K": {("IV", "14"), ("IV", "15")},
    "10-Q": {("II", "6")},
    "10-KSB": {("III", "13")},
    "10-QSB": {("II", "6")},
    "20-F": {("III", "19")},
    "8-K": {(None, "7"), (None, "9.01")},
}
_LONGEST_ANSWER = 150
_LONGEST_POINTER = 500
_LONGEST_POINTERS = 1500  # of an item whose every paragraph points elsewhere
_LONGEST_OF_PART_III = 3000
_FEWEST_WORDS = 6  # of a paragraph that says something


def is_answer(title: str) -> bool:
    """Whether what is printed in the place of a title is an answer: "Item 3. None"."""
    return bool(_NO_EVENT.fullmatch(title))


def status_of(form: str, part: str | None, item: str, title: str, body: str) -> SectionStatus:
    """The status of an item by its printed title and its text behind it.

    An item of an 8-K that says there is no event is left out: filers of the years before 2004 listed all items of the form.
    """
    form = base_form(form)
    body = body[: part_heading.start()] if (part_heading := _PART_HEADING.search(body, 0, 4000)) else body
    if _RESERVED.fullmatch(title) or _TITLED_RESERVED.search(title) or _RESERVED.fullmatch(body):
        return "reserved"
    first = body.strip(" .:\n").split("\n\n", 1)[0]  # a running header may follow
    if form == "8-K" and len(body) <= _LONGEST_ANSWER and (is_answer(title) or is_answer(first)):
        return "omitted"
    if (part, item) in _EXHIBITS[form]:  # they list what is incorporated or omitted, and are themselves present
        return "present"
    if _points_elsewhere(form, part, body):
        return "incorporated_by_reference"
    if len(body) <= 600 and _OMITTED.search(body):
        return "omitted"
    return "present"


def _points_elsewhere(form: str, part: str | None, body: str) -> bool:
    is_part_iii = part == "III" and form == "10-K"
    if len(body) <= (_LONGEST_OF_PART_III if is_part_iii else _LONGEST_POINTER) and _INCORPORATED.search(body):
        return True
    if len(body) <= _LONGEST_POINTER and (_IN_THE_EXHIBIT.search(body) or (is_part_iii and _SUPPLIED_LATER.search(body))):
        return True
    if form == "8-K":  # most say that what is furnished is not "incorporated by reference" in other filings
        return False
    paragraphs = [each for each in re.split(r"\n\s*\n", body) if len(each.split()) >= _FEWEST_WORDS]
    return len(body) <= _LONGEST_POINTERS and bool(paragraphs) and all(_INCORPORATED.search(each) for each in paragraphs)


def answered_together(text: str, sections: list[Section]) -> list[Section]:
    """Items that have a title and no text, where a later one answers for them: "Items 10, 11, 12 and 13 are incorporated"."""
    answered = list(sections)
    for index, section in enumerate(sections):
        if section.status != "incorporated_by_reference":
            continue
        named = _ITEMS_NAMED.search(text, section.start, section.end)
        numbers = set(re.findall(r"\d{1,2}[a-c]?", named[1].lower())) if named else set()
        for earlier in range(index - 1, -1, -1):
            silent = answered[earlier]
            if silent.part != section.part or silent.item.lower() not in numbers:
                break
            if not _own_text(text, silent):  # another of the items named may say more than the pointer
                answered[earlier] = replace(silent, status="incorporated_by_reference")
    return answered


def _own_text(text: str, section: Section) -> str:
    return text[section.start : section.end].split(section.title, 1)[-1].strip(" .:*†\n")


def row_status(row: str, notes: str) -> SectionStatus:
    """The status that the row of a cross-reference index states; `notes` stand below the index."""
    if re.search(r"reserved", row, re.IGNORECASE):
        return "reserved"
    refers = bool(re.search(r"\([a-z*†]\)|\*|†", row)) and bool(_INCORPORATED.search(notes))
    return "incorporated_by_reference" if refers or _INCORPORATED.search(row) else "omitted"
