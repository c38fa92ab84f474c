"""Where a document may say that an item begins: every line that reads like an item's heading, with what speaks for it."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass, field

from workbench.parse.html.extracted import Block, ExtractedText, Link
from workbench.parse.items.form_items import FormItem

_ITEM = re.compile(
    r"""^[^\w\n]{0,6}
    (?:part[ \t]+(?P<part>IV|I{1,3})\b[^\w\n]{1,5})?
    items?[ \t\n]{0,3}(?:no\.?\s*)?
    (?P<number>\d{1,2}\.\d\d(?:\([a-f]\))*|\d{1,2}|(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve
        |thirteen|fourteen|fifteen|sixteen)(?=[A-C]?\b))
    (?:[ \t]?\.?[ \t]?\(?(?P<letter>[A-K])(?![A-Za-z'’])\)?(?:\((?:T|[IVX]{1,4}|[a-f1-9])\))?)?
    (?P<more>(?:[ \t]?[.,]?[ \t]?(?:and|&|,|through|to|-|–)[ \t]?(?:items?[ \t]?)?\d{1,2}[A-C]?(?![\d.]?\d))*)
    (?![\d(])(?P<rest>[^\n]*)""",
    re.IGNORECASE | re.MULTILINE | re.VERBOSE,
)
_NUMBER_WORDS = [
    "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
    "twelve", "thirteen", "fourteen", "fifteen", "sixteen",
]  # fmt: skip
# Letters set apart by spaces: "I T E M 1 A . R I S K F A C T O R S", where no gap is left between words.
_SPACED = re.compile(
    r"^[^\w\n]{0,6}i t e m (?P<number>\d(?: ?\d)?(?: ?\. ?\d ?\d\b)?)(?: ?(?P<letter>[a-k])(?= ?[^\w ]| ?$))?(?P<rest>[^\n]*)",
    re.IGNORECASE | re.MULTILINE,
)
# The title before the number: "Risk Factors (Item 1A)".
_TITLE_FIRST = re.compile(
    r"^(?P<rest>\[?[^\W\d_][^\n]{3,150}?)[ \t]*[(\[–—:-][ \t]*item[ \t]+"
    r"(?P<number>\d{1,2}(?:\.\d\d)?)(?P<letter>[a-k])?[)\].: \t]*$",
    re.IGNORECASE | re.MULTILINE,
)
_PART = re.compile(r"^[^\w\n]{0,6}part[ \t\n]+(IV|I{1,3})(?![a-z'’])(?P<rest>[^\n]*)", re.IGNORECASE | re.MULTILINE)
_NUMBERS = re.compile(r"(?P<to>through|to\b|-|–)?\s*(?:items?\s*)?(?P<digits>\d{1,2})(?P<letter>[A-C]?)", re.IGNORECASE)
_EDGES = " \t.:;,-–—­•*|()\u2002\u2003"
PAGE_REFERENCE = re.compile(
    r"(?:[\t ]|\.{2,}|…)\s*(?:pages?\s*)?(?:[A-Z]-?)?\d{1,3}(?:\s*[-–,]\s*\d{1,3})*\s*$", re.IGNORECASE
)
_REPEATED = re.compile(r"^items?\s*\d{1,2}\W*[A-K]?\W+(?=\w)", re.IGNORECASE)  # the number printed a second time
PAGE_REFERENCE_WIDTH = 120  # characters at the end of a line in which a reference to a page is looked for
_LONGEST_TITLE = 150  # characters of a line of its own
_CONTINUED = re.compile(r"\bcont(?:inued|['’]d|\.)", re.IGNORECASE)
_REFERENCE = re.compile(
    r"^\W{0,3}(?:of|in|to|above|below|and (?:note|elsewhere)|under|is|are|was|shall|hereof|contains?|includes?|for|on)\b"
    r"|^\W{0,3}[“\"]|^,? (?:entitled|captioned|which)\b"
    r"|\bof (?:this|our|the) (?:annual|quarterly|form|report)|\bof form 10-[kq]",
    re.IGNORECASE,
)


@dataclass(slots=True)
class Heading:
    """A line that may open an item: `items` it names (usually one), its printed title, and its weight as evidence."""

    start: int
    end: int
    numbers: tuple[str, ...]
    part: str | None
    title: str
    block: int
    has_page_reference: bool
    score: float
    links: list[str] = field(default_factory=list)
    is_linked: bool = False

    def fits(self, item: FormItem) -> float:
        """How well number, part and title agree with an item of the form; negative infinity when the number does not."""
        if item.item != self.numbers[0]:
            return float("-inf")
        score = self.score
        if self.part is not None and item.part is not None:
            score += 1.0 if self.part == item.part else -2.0
        if self.title:
            score += 2.0 if item.words.match(self.title) else -1.0
        return score


def item_headings(document: ExtractedText, items: tuple[FormItem, ...]) -> list[Heading]:
    """Every line that begins with the number of an item, or ends with it after its title, in order of the text.

    `items` are those of the form; they decide what the number is where letters touch it ("1ARISK FACTORS", "5(a)").
    """
    parts = [(match.start(), match.group(1).upper()) for match in _PART.finditer(document.text)]
    part_starts = [start for start, _ in parts]
    links_in: dict[int, list[Link]] = {}
    for link in document.links:
        links_in.setdefault(document.block_index(link.start), []).append(link)
    headings = []
    for match in _matches(document.text, items):
        index = document.block_index(match.start("number"))
        if index >= len(document.blocks):
            continue
        heading = _heading(document, match, index, items)
        heading.links = [link.target for link in links_in.get(index, []) if heading.start <= link.start < heading.end]
        heading.part = (match.groupdict().get("part") or "").upper() or (
            parts[before - 1][1] if (before := bisect_left(part_starts, match.start())) else None
        )
        headings.append(heading)
    return headings


def _matches(text: str, items: tuple[FormItem, ...]) -> list[re.Match[str]]:
    """The lines that read like an item's heading, each once, in order."""
    spaced = _SPACED.finditer(text)
    titled = (
        match
        for match in _TITLE_FIRST.finditer(text)
        if any(item.item == _first(match)[0] and item.words.match(match["rest"]) for item in items)
    )
    return sorted((*_ITEM.finditer(text), *spaced, *titled), key=lambda match: match.start())


def _first(match: re.Match[str]) -> tuple[str, str]:
    """The number with its letter, and the number alone."""
    number = match["number"].split("(")[0].replace(" ", "").lower()
    number = str(_NUMBER_WORDS.index(number) + 1) if number in _NUMBER_WORDS else number.lstrip("0") or "0"
    return number + (match["letter"] or "").upper(), number


def _number_and_rest(match: re.Match[str], items: tuple[FormItem, ...]) -> tuple[str, str]:
    """The item's number as the form has it, and what follows it in the line."""
    first, number = _first(match)
    rest: str = match["rest"]
    if match.re is _SPACED:
        squeezed = _squeezed(rest)
        titles = (
            item.title for item in items if item.item == first and squeezed and _squeezed(item.title).startswith(squeezed)
        )
        return first, next(titles, rest)
    numbers = {item.item for item in items}
    is_bracketed = first != number and "(" in match.string[match.end("number") : match.start("letter")]
    if is_bracketed and first not in numbers and number in numbers:  # "Item 5(a)" is a part of Item 5
        return number, rest
    glued = number + rest[:1].upper()
    if first == number and rest[:1].isalpha() and glued in numbers:  # "ITEM 1ARISK FACTORS"
        title = rest[1:].lstrip(_EDGES)
        is_lettered = any(item.item == glued and item.words.match(title) for item in items)
        if is_lettered and not any(item.item == number and item.words.match(rest) for item in items):
            return glued, title
    return first, rest


def _squeezed(text: str) -> str:
    return "".join(character for character in text.casefold() if character.isalnum())


def _heading(document: ExtractedText, match: re.Match[str], index: int, items: tuple[FormItem, ...]) -> Heading:
    block = document.blocks[index]
    first, rest = _number_and_rest(match, items)
    number = _first(match)[1]
    others = _others(number, match.groupdict().get("more") or "")
    page = PAGE_REFERENCE.search(rest, max(0, len(rest) - PAGE_REFERENCE_WIDTH))
    title = (rest[: page.start()] if page else rest).strip(_EDGES)
    end = match.end()
    start = block.start if match.start() <= block.start else match.start()
    if not title:
        title, end = _following(document, match.end(), index)
        words = [item.words for item in items if item.item == first]
        above = _above(document, index) if start == block.start else None
        if above is not None and _is_title(above[0], words) and not _is_title(title, words):
            (title, start), end = above, match.end()
    return Heading(
        start=start,
        end=end,
        numbers=(first, *others),
        part=None,
        title=_REPEATED.sub("", " ".join(title.split())),
        block=index,
        has_page_reference=page is not None,
        score=_score(document.text, match, block, rest),
    )


def _others(number: str, more: str) -> tuple[str, ...]:
    """The further numbers of a heading in order, with those that a range spans: "1 through 4, 6 and 8"."""
    results: list[str] = []
    last = int(number) if number.isdigit() else None
    for match in _NUMBERS.finditer(more):
        digits, letter = match["digits"], match["letter"].upper()
        if match["to"] and last is not None and not letter:
            results += [str(n) for n in range(last + 1, int(digits))]
        results.append(digits + letter)
        last = int(digits)
    return tuple(results)


def _following(document: ExtractedText, end: int, index: int) -> tuple[str, int]:
    """The title, when the number stands alone in its line: the next line, if it is a short one."""
    block = document.blocks[index]
    line_end = document.text.find("\n", end + 1, block.end)
    if end < block.end - 1:
        stop = line_end if line_end >= 0 else block.end
        return document.text[end:stop].strip(_EDGES + "\n"), stop
    if index + 1 < len(document.blocks):
        following = document.blocks[index + 1]
        line = document.text[following.start : min(following.end, following.start + 300)].split("\n", 1)[0]
        if len(line) < 200 and not re.match(r"\W*items?\s*\d", line, re.IGNORECASE):
            return line.strip(_EDGES), following.start + len(line)
    return "", end


def _above(document: ExtractedText, index: int) -> tuple[str, int] | None:
    """The block before, with its beginning, if it is short: the title of a number that stands below it."""
    if index == 0:
        return None
    block = document.blocks[index - 1]
    return (document.text[block.start : block.end], block.start) if block.end - block.start < _LONGEST_TITLE else None


def _is_title(text: str, words: list[re.Pattern[str]]) -> bool:
    return any(each.match(text) for each in words)


def _score(text: str, match: re.Match[str], block: Block, rest: str) -> float:
    score = 1.0
    is_short = block.end - block.start < 160 or text.find("\n", block.start, block.start + 160) >= 0
    if match.start() <= block.start:
        score += 1.0
    elif block.kind == "preformatted":
        before = text[match.start() - 2 : match.start() - 1]  # the last character of the line before
        score -= 1.5 if before not in ".:!?-=_" else 0.0
    if block.is_bold or text[match.start("number") - 6 : match.start("number")].strip().isupper():
        score += 1.0
    if is_short:
        score += 0.5
    if _REFERENCE.search(rest[:80]):
        score -= 4.0
    if _CONTINUED.search(rest):
        score -= 3.0
    if block.is_boilerplate:
        score -= 2.0
    return score
