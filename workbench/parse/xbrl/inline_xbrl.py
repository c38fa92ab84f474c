"""Inline XBRL: the facts that a filing's own document marks in its text.

Companyfacts of the SEC leave out every fact of a segment, region or product and every custom concept; the document has
them, and says where each figure is printed (Inline XBRL 1.1, https://www.xbrl.org/specification/inlinexbrl-part1).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from html.entities import name2codepoint

from lxml import etree

from workbench.domain.errors import MalformedDocument
from workbench.domain.facts.fact import Concept
from workbench.parse.html.decoding import decode
from workbench.parse.html.filing_text import primary_document
from workbench.parse.xbrl.inline_contexts import Context, qualified, read_contexts, read_units
from workbench.parse.xbrl.transformations import read_number, read_text

READER = "inline-xbrl/2"

_INLINE = re.compile(r"http://www\.xbrl\.org/20(?:08|13)/inlineXBRL")
_NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"
_DECLARATION = re.compile(r"\s*<\?xml[^>]*\?>")
_ENTITY = re.compile(r"&([A-Za-z][A-Za-z0-9]*);")
_SCHEMA = re.compile(rb"""<[\w.-]*:?schemaRef\b[^>]{0,1000}?\bhref\s*=\s*["']([A-Za-z0-9_.-]{1,100}\.xsd)["']""")
_PREDEFINED = frozenset({"amp", "lt", "gt", "quot", "apos"})
_MOST_DIGITS = 60  # as of companyfacts: beyond this a value is damage
_MOST_CONTINUATIONS = 1_000  # a ring of them has an end


@dataclass(frozen=True, slots=True)
class InlineFact:
    """A number as one element marks it. `value` is None when the element says nil.

    `element_id` is empty for an element without one; `inner` are the ids of numeric elements inside it, which hold its text.
    `decimals` is how exact it is (-6: to the million), None for exactly. `entity` is the CIK's digits as stated.
    """

    element_id: str
    concept: Concept
    unit: str
    period_start: date | None
    period_end: date
    dimensions: tuple[tuple[str, str], ...]
    value: Decimal | None
    decimals: int | None
    is_hidden: bool
    entity: str
    inner: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class InlineText:
    """A fact that is no number: its value, or what is printed where the format is not one of those read.

    `is_markup` when the filer's value is a stretch of HTML; here it is its text. Periods as of a number.
    """

    element_id: str
    concept: Concept
    period_start: date | None
    period_end: date | None
    dimensions: tuple[tuple[str, str], ...]
    value: str | None
    is_markup: bool


@dataclass(frozen=True, slots=True)
class InlineXbrl:
    """What a document marks, in its order. `dropped` counts elements that are no fact, by reason.

    `schema` is the file name of the filing's own schema, None where the document refers to none beside it.
    """

    facts: tuple[InlineFact, ...]
    texts: tuple[InlineText, ...]
    dropped: Mapping[str, int]
    schema: str | None = None


def parse_inline_xbrl(content: bytes) -> InlineXbrl | None:
    """The facts of one document or full submission; None for a document that is no inline XBRL.

    A single element that cannot be a fact is dropped and counted. Raises MalformedDocument for a document that claims to be
    inline XBRL and is not well-formed, or declares entities of its own.
    """
    source = primary_document(decode(content))
    namespace = _INLINE.search(source)
    if namespace is None:
        return None
    return _Reader(_parse(source), namespace.group(), find_schema(content)).read()


def find_schema(content: bytes) -> str | None:
    """The file name of the filing's own schema, to which its inline XBRL refers; None where there is none beside it.

    Looked for in the bytes, so that a document need not be read whole to find the files that belong to it.
    """
    match = _SCHEMA.search(content)
    return match.group(1).decode() if match else None


def _parse(source: str) -> etree._Element:
    source = _DECLARATION.sub("", source, count=1).lstrip("\ufeff \t\r\n")
    if "<!ENTITY" in source:
        raise MalformedDocument("the inline XBRL document declares entities of its own")
    parser = etree.XMLParser(
        huge_tree=True, resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True
    )
    try:
        return etree.fromstring(_ENTITY.sub(_numbered, source).encode(), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise MalformedDocument(f"the inline XBRL document is not well-formed: {error}") from None


def _numbered(entity: re.Match[str]) -> str:
    """HTML's names of characters as numbers; XML knows five of them only."""
    name = entity.group(1)
    return f"&#{name2codepoint[name]};" if name in name2codepoint and name not in _PREDEFINED else entity.group()


class _Refused(Exception):
    """Why one element is dropped."""


class _Reader:
    """Reads the elements of one document in order."""

    def __init__(self, root: etree._Element, namespace: str, schema: str | None) -> None:
        self._root = root
        self._schema = schema
        self._tag = {name: f"{{{namespace}}}{name}" for name in
                     ("nonFraction", "nonNumeric", "fraction", "tuple", "hidden", "exclude", "continuation")}  # fmt: skip
        self._contexts = read_contexts(root)
        self._units = read_units(root)
        self._names: dict[tuple[str, str | None], Concept | None] = {}
        self._hidden = {element for part in root.iter(self._tag["hidden"]) for element in part.iter()}
        self._continuations = {element.get("id"): element for element in root.iter(self._tag["continuation"])}
        self._dropped: Counter[str] = Counter()

    def read(self) -> InlineXbrl:
        facts: list[InlineFact] = []
        texts: list[InlineText] = []
        numeric = self._tag["nonFraction"]
        for element in self._root.iter(*(self._tag[name] for name in ("nonFraction", "nonNumeric", "fraction", "tuple"))):
            try:
                if element.tag == numeric:
                    facts.append(self._number(element))
                elif element.tag == self._tag["nonNumeric"]:
                    texts.append(self._text(element))
                else:
                    raise _Refused("fraction or tuple")
            except _Refused as refused:
                self._dropped[str(refused)] += 1
        return InlineXbrl(tuple(facts), tuple(texts), dict(self._dropped), self._schema)

    def _number(self, element: etree._Element) -> InlineFact:
        concept, context = self._concept(element), self._context(element)
        unit = self._units.get(element.get("unitRef") or "")
        if unit is None:
            raise _Refused("number whose unit is not in the document")
        if context.end is None:
            raise _Refused("number without a period")
        nested = tuple(inner.get("id") or "" for inner in element.iter(self._tag["nonFraction"]) if inner is not element)
        return InlineFact(
            element.get("id") or "",
            concept,
            unit,
            context.start,
            context.end,
            context.dimensions,
            None if _is_nil(element) else _value(element),
            _decimals(element.get("decimals")),
            element in self._hidden,
            context.entity,
            nested,
        )

    def _text(self, element: etree._Element) -> InlineText:
        concept, context = self._concept(element), self._context(element)
        is_markup = element.get("escape") in {"true", "1"}
        value: str | None = None
        if not _is_nil(element):
            printed = "".join(self._pieces(element))
            meant = read_text(printed, _local(element.get("format")))
            value = printed if meant is None else meant
        return InlineText(element.get("id") or "", concept, context.start, context.end, context.dimensions, value, is_markup)

    def _concept(self, element: etree._Element) -> Concept:
        name = element.get("name") or ""
        key = (name, element.nsmap.get(name.partition(":")[0]))
        if key not in self._names:
            self._names[key] = qualified(name, element.nsmap)
        concept = self._names[key]
        if concept is None:
            raise _Refused("fact whose name is of no declared taxonomy")
        if element.get("target"):
            raise _Refused("fact of another target document")
        return concept

    def _context(self, element: etree._Element) -> Context:
        context = self._contexts.get(element.get("contextRef") or "")
        if context is None:
            raise _Refused("fact whose context is not in the document or cannot be read")
        return context

    def _pieces(self, element: etree._Element) -> Iterator[str]:
        """The text of an element and of all that continue it, without what is excluded."""
        part: etree._Element | None = element
        for _ in range(_MOST_CONTINUATIONS):
            if part is None:
                return
            yield from self._included(part)
            part = self._continuations.get(part.get("continuedAt") or "")

    def _included(self, element: etree._Element) -> Iterator[str]:
        walker = etree.iterwalk(element, events=("start", "end"))
        for event, part in walker:
            if event == "start":
                if part.tag == self._tag["exclude"]:
                    walker.skip_subtree()
                elif part.text:
                    yield part.text
            elif part is not element and part.tail:
                yield part.tail


def _value(element: etree._Element) -> Decimal:
    printed = "".join(map(str, element.itertext()))
    number = read_number(printed, _local(element.get("format")))
    if number is None:
        raise _Refused("number that its format cannot be read by")
    scale = element.get("scale") or "0"
    if not re.fullmatch(r"[+-]?\d{1,2}", scale):
        raise _Refused("number with a scale that is none")
    sign = element.get("sign") or ""
    if sign not in ("", "-"):
        raise _Refused("number with a sign that is none")
    _, digits, exponent = number.as_tuple()
    if not isinstance(exponent, int) or len(digits) + abs(exponent + int(scale)) > _MOST_DIGITS:
        raise _Refused("number out of range")
    # Put together rather than multiplied, which would round to the precision of the arithmetic.
    return Decimal((int(sign == "-" and any(digits)), digits, exponent + int(scale)))


def _is_nil(element: etree._Element) -> bool:
    return element.get(_NIL) in {"true", "1"}


def _local(name: str | None) -> str | None:
    return name.rpartition(":")[2] if name else None


def _decimals(text: str | None) -> int | None:
    return int(text) if text and re.fullmatch(r"[+-]?\d{1,3}", text) else None
