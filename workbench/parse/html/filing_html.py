"""The text of a filing document, from HTML, inline XBRL or plain text, by one walk in linear time."""

from __future__ import annotations

import re
from typing import NamedTuple

from lxml import etree

from workbench.domain.errors import MalformedDocument
from workbench.parse.html import extracted
from workbench.parse.html.decoding import decode, repair
from workbench.parse.html.extracted import ExtractedText
from workbench.parse.html.filing_text import extract_plain, primary_document
from workbench.parse.html.layout import Draft, TextBuilder
from workbench.parse.html.tables import DraftCell, DraftTable

EXTRACTOR = "workbench-html/6"

_HTML = re.compile(r"<(?:p|br|font|span|td|li|h[1-6])[\s/>]", re.IGNORECASE)
_HTML_FRAME = re.compile(r"<(?:html|body|div)[\s/>]", re.IGNORECASE)
_TEXT_TABLE = re.compile(r"<(?:S|C)>\s", re.IGNORECASE)  # columns of a table in plain text, which some wrap in a page
_TARGET = re.compile(r"""href\s*=\s*["']?#([^"'\s>]+)""", re.IGNORECASE)
_LOOKS = re.compile(r"</?(?:font|b|i|u|em|strong|span|a|small|big|tt|s|strike|sup|sub|ix:[a-z]+)(?:\s[^<>]*)?>", re.IGNORECASE)
_NESTING = re.compile(r"</?(?:div|center|ul|ol|li|dl|dd|dt|dir|menu|blockquote|h[1-6])(?:\s[^<>]*)?>", re.IGNORECASE)
_END = re.compile(r"</html\s*>", re.IGNORECASE)
# What tools put in `alt` that says nothing of the picture: the name of its file, a number, or that it is one.
_NO_DESCRIPTION = re.compile(
    r".*\.(?:jpe?g|gif|png|bmp|svg|tiff?)\W*|\S*\d{3,}\S*|\W*\d+\W*|\W*(?:company\s+)?(?:logo|graphic|image|picture|photo)\W*\d*\W*",
    re.IGNORECASE,
)
_SKIPPED = frozenset(
    {
        "head", "script", "style", "noscript", "template", "iframe", "object", "svg", "math", "select", "textarea",
        "title", "ix:header", "ix:hidden",
    }
)  # fmt: skip
_BLOCKS = frozenset(
    {
        "address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details", "dir", "div", "dl",
        "dt", "fieldset", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "html", "li", "main",
        "menu", "nav", "ol", "p", "pre", "section", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul",
    }
)  # fmt: skip
_HEADINGS = {"h1": 18.0, "h2": 15.0, "h3": 13.0, "h4": 11.0, "h5": 10.0, "h6": 9.0}
_TAG_FLAGS = {
    "b": extracted.BOLD, "strong": extracted.BOLD, "th": extracted.BOLD, "i": extracted.ITALIC, "em": extracted.ITALIC,
    "u": extracted.UNDERLINE, "sup": extracted.SUPERSCRIPT, "sub": extracted.SUBSCRIPT,
    **dict.fromkeys(_HEADINGS, extracted.BOLD),
}  # fmt: skip
_FONT_SIZES = {"1": 7.5, "2": 10.0, "3": 12.0, "4": 13.5, "5": 18.0, "6": 24.0, "7": 36.0}
_LENGTH = re.compile(r"([\d.]+)\s*(pt|px|em|%)?")
_SIGNED_LENGTH = re.compile(r"(-?[\d.]+)\s*(pt|px|em)")
_RAISED_BY = re.compile(r"\+?(?!0+(?:\.0*)?(?:pt|px|em|%))[\d.]+(?:pt|px|em|%)")
_USUAL_SIZE = 10.0  # points of text that names no size
_SPACE = 3.0  # points of a no-break space, with which some set labels in
_NOTE_MARK = re.compile(r"(?:\d{1,2}|\(\d{1,2}\)|\[\d{1,2}\])(?:,? ?(?:\d{1,2}|\(\d{1,2}\)|\[\d{1,2}\]))*")
_RAISED = str.maketrans("0123456789()", "⁰¹²³⁴⁵⁶⁷⁸⁹⁽⁾")
_POINTS = {"pt": 1.0, "px": 0.75, None: 0.75, "em": 10.0, "%": 0.1}


class _Look(NamedTuple):
    """What an element's text inherits."""

    flags: int = 0
    size: float = 0.0
    align: str = ""
    indent: float = 0.0
    is_preformatted: bool = False


class _Style(NamedTuple):
    """An element's look and what it does to the flow."""

    look: _Look
    is_hidden: bool
    is_block: bool
    breaks_before: bool
    breaks_after: bool


def extract(content: bytes) -> ExtractedText:
    """The text of one document and its layout; the same bytes give the same text for ever (see EXTRACTOR).

    Of a full submission it reads the first document. Raises MalformedDocument for what is empty, binary, over 64 MB,
    nested deeper than the parser goes, or without any text.
    """
    source = primary_document(decode(content))
    document = _Walk(source).run() if is_html(source) else extract_plain(source)
    if not document.text:
        raise MalformedDocument("the document holds no text")
    return document


def is_html(source: str) -> bool:
    """Whether characters are marked up as HTML, and not plain text with the tags of old submissions."""
    return bool(_HTML.search(source) or (_HTML_FRAME.search(source) and not _TEXT_TABLE.search(source)))


class _Walk:
    """One pass over the element tree in document order, without recursion."""

    def __init__(self, source: str) -> None:
        self._root = _parse(source)
        self._targets = frozenset(_TARGET.findall(source))
        self._builder = TextBuilder()
        self._styles: dict[tuple[_Look, str, str, str, str], _Style] = {}
        self._line: list[Draft] = []
        self._align, self._indent = "", 0.0
        self._space = False
        self._line_breaks = 0
        self._tables: list[DraftTable | None] = []  # None stands for a table that is there only for layout
        self._cell: DraftCell | None = None
        self._facts: list[str | None] = [None]
        self._links: list[str | None] = [None]
        self._anchors: list[str] = []

    def run(self) -> ExtractedText:
        """Walks the tree and yields the document."""
        looks = [_Look()]
        stack: list[_Style] = []
        walker = etree.iterwalk(self._root, events=("start", "end"))
        for event, element in walker:
            tag = element.tag
            if event == "start":
                style = self._style(looks[-1], element, tag)
                stack.append(style)
                looks.append(style.look)
                if style.is_hidden:
                    walker.skip_subtree()
                    continue
                self._begin(element, tag, style)
                if element.text:
                    self._text(element.text, style.look)
            else:
                style = stack.pop()
                looks.pop()
                if not style.is_hidden:
                    self._end(tag, style)
                if element.tail and stack:
                    self._text(element.tail, looks[-1])
        self._flush()
        return self._builder.build()

    def _begin(self, element: etree._Element, tag: str, style: _Style) -> None:
        name = element.get("id") or element.get("name")
        if name in self._targets:
            self._anchors.append(name)  # type: ignore[arg-type]
        if style.is_block:
            self._flush()
            self._align, self._indent = style.look.align, style.look.indent
            if style.breaks_before:
                self._builder.page_break()
            self._begin_table_part(element, tag, style)
        elif tag == "br":
            self._break_line()
        elif tag == "hr":
            self._flush()
            self._builder.page_break()
        elif tag == "ix:nonfraction":
            self._facts.append(element.get("id"))
        elif tag == "a":
            target = element.get("href") or ""
            self._links.append(target[1:] if target.startswith("#") else None)
        elif tag == "img":
            alternative = " ".join((element.get("alt") or "").split())
            if alternative and not _NO_DESCRIPTION.fullmatch(alternative):
                self._text(f" [{alternative}] ", style.look)

    def _begin_table_part(self, element: etree._Element, tag: str, style: _Style) -> None:
        if tag == "table":
            if self._tables and self._tables[-1] is not None:
                self._dissolve()
            self._tables.append(DraftTable())
            self._cell = None
        elif self._tables and (table := self._tables[-1]) is not None:
            if tag == "tr":
                table.begin_row()
                self._cell = None
            elif tag in {"td", "th"}:
                self._cell = table.begin_cell(
                    _number(element.get("colspan")), _number(element.get("rowspan")), style.look.align
                )

    def _end(self, tag: str, style: _Style) -> None:
        if style.is_block:
            self._flush()
            if style.breaks_after:
                self._builder.page_break()
            if tag == "table" and self._tables:
                table = self._tables.pop()
                self._cell = None
                if table is not None:
                    table.append_to(self._builder)
            elif tag in {"td", "th"}:
                self._cell = None
        elif tag == "ix:nonfraction":
            self._facts.pop()
        elif tag == "a":
            self._links.pop()

    def _dissolve(self) -> None:
        """The table holds a table: it is layout, and what was collected of it becomes paragraphs."""
        table = self._tables[-1]
        self._tables[-1] = None
        self._cell = None
        if table is not None:
            for align, drafts in table.paragraphs():
                self._builder.paragraph(drafts, align)

    def _text(self, text: str, look: _Look) -> None:
        text = repair(text)
        if look.is_preformatted:
            self._preformatted(text, look)
            return
        words = text.split()
        if not words:
            self._space = True
            return
        joined = " ".join(words)
        if not self._line:
            self._indent += _SPACE * (len(text) - len(text.lstrip("\xa0")))
        elif self._line_breaks:
            joined = "\n" + joined
        elif self._space or text[0].isspace():
            joined = " " + joined
        self._line_breaks = 0
        self._space = text[-1].isspace()
        self._draft(joined, look)

    def _preformatted(self, text: str, look: _Look) -> None:
        """Text of a `pre`: lines as they stand; a blank line ends the paragraph."""
        for number, part in enumerate(re.split(r"\n[ \t\r]*(?=\n)", text.expandtabs())):
            if number:
                self._flush("preformatted")
            lines = part.rstrip() if self._line else part.strip("\r\n")
            if lines.strip():
                self._draft(lines.replace("\r", ""), look)

    def _draft(self, text: str, look: _Look) -> None:
        anchors = tuple(self._anchors)
        self._anchors.clear()
        flags = look.flags
        # The mark of a note or an exponent stays apart from the digits before it: "1,234" with note 2 is not "1,2342", and
        # "(1)" beside a figure is not minus one.
        if flags & extracted.SUPERSCRIPT and self._facts[-1] is None and _NOTE_MARK.fullmatch(text.strip()):
            text, flags = text.translate(_RAISED), flags & ~extracted.SUPERSCRIPT
        self._line.append(Draft(text, flags, look.size, self._facts[-1], self._links[-1], anchors))

    def _break_line(self) -> None:
        if not self._line:
            return
        self._line_breaks += 1
        if self._line_breaks > 1:  # older filings end paragraphs with two line breaks
            self._flush()

    def _flush(self, kind: extracted.BlockKind = "paragraph") -> None:
        """Ends the paragraph, if there is one."""
        self._space, self._line_breaks = False, 0
        if not self._line:
            return
        line, self._line = self._line, []
        if self._tables and self._tables[-1] is not None and self._cell is not None:
            if not self._cell.paragraphs:
                self._cell.indent = self._indent
            self._cell.paragraphs.append(line)
            return
        self._builder.paragraph(line, self._align, kind)

    def _style(self, parent: _Look, element: etree._Element, tag: str) -> _Style:
        css = element.get("style") or ""
        align = element.get("align") or "" if tag in _BLOCKS else ""
        size = element.get("size") or "" if tag == "font" else ""
        key = (parent, tag, css, align, size)
        style = self._styles.get(key)
        if style is None:
            style = self._styles[key] = _read_style(*key)
        return style


def _parse(source: str) -> etree._Element:
    """The element tree. Filings of the nineties leave tags open, so that each paragraph nests in the one before; where that
    goes deeper than the parser does, the tags of looks and then those of blocks are made flat.
    """
    source = _without_end(source)
    for simplify in (lambda html: html, _without_looks, _with_flat_blocks):
        parser = etree.HTMLParser(
            huge_tree=True, encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True, collect_ids=False
        )
        try:
            root = etree.fromstring(simplify(source).encode("utf-8", "replace"), parser)
        except etree.LxmlError as error:
            raise MalformedDocument(f"the document is not HTML that can be read: {error}") from None
        if root is None:
            raise MalformedDocument("the document holds no text")
        # The parser stops building at a fixed depth and would lose the rest of the text without a word.
        if not any("depth" in entry.message.lower() for entry in parser.error_log.filter_from_fatals()):
            return root
    raise MalformedDocument("the document nests its elements too deeply (over 2,000 levels)")


def _without_end(source: str) -> str:
    """Without the document's end tag where more follows, which browsers show and the parser leaves out without a word."""
    first = _END.search(source)
    if first is None or not source[first.end() :].strip():
        return source
    return source[: first.start()] + _END.sub("", source[first.end() :])


def _without_looks(source: str) -> str:
    return _LOOKS.sub("", source)


def _with_flat_blocks(source: str) -> str:
    return _NESTING.sub("<p>", _LOOKS.sub("", source))


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 6 else 1


def _read_style(parent: _Look, tag: str, css: str, align: str, size: str) -> _Style:
    """The style of an element from its tag, its `style` attribute and HTML's old attributes."""
    flags = parent.flags | _TAG_FLAGS.get(tag, 0)
    points = _HEADINGS.get(tag) or _FONT_SIZES.get(size) or parent.size
    aligned = align.lower() or (
        "center" if tag in {"center", "caption"} else "" if tag in {"table", "td", "th"} else parent.align
    )
    rules = {name.strip(): value.strip() for name, _, value in (rule.partition(":") for rule in css.lower().split(";"))}
    is_hidden = tag in _SKIPPED or rules.get("display", "").startswith("none") or rules.get("visibility") == "hidden"
    is_block = tag in _BLOCKS
    if "display" in rules and tag not in {"table", "tr", "td", "th"}:
        is_block = (is_block and not rules["display"].startswith("inline")) or rules["display"].startswith("block")
    weight = rules.get("font-weight", "")
    if weight:
        is_bold = weight.startswith("bold") or (weight.isdigit() and int(weight) >= 600)
        flags = flags | extracted.BOLD if is_bold else flags & ~extracted.BOLD
    if "font-style" in rules:
        flags = flags | extracted.ITALIC if rules["font-style"] in {"italic", "oblique"} else flags & ~extracted.ITALIC
    if rules.get("text-decoration", "").startswith("underline"):
        flags |= extracted.UNDERLINE
    if match := _LENGTH.match(rules.get("font-size", "")):
        points = _points(match.group(1), match.group(2), points)
    if rules.get("vertical-align") == "super" or _is_raised(tag, rules, 0.0 < points < (parent.size or _USUAL_SIZE)):
        flags |= extracted.SUPERSCRIPT
    look = _Look(
        flags, points, rules.get("text-align", aligned), _indent(parent, tag, rules), parent.is_preformatted or tag == "pre"
    )
    before = rules.get("page-break-before") or rules.get("break-before") or ""
    after = rules.get("page-break-after") or rules.get("break-after") or ""
    return _Style(look, is_hidden, is_block, before in {"always", "page"}, after in {"always", "page"})


def _is_raised(tag: str, rules: dict[str, str], is_smaller: bool) -> bool:
    """Whether an inline element stands above the line, as the tools of filers mark notes; `is_smaller` than what is around."""
    if tag in _BLOCKS:
        return False
    align = rules.get("vertical-align", "")
    if align == "text-top" or (align == "top" and is_smaller) or _RAISED_BY.match(align):
        return True
    is_moved = rules.get("top", "").startswith("-") or _RAISED_BY.match(rules.get("bottom", "")) is not None
    return rules.get("position") == "relative" and is_moved


def _indent(parent: _Look, tag: str, rules: dict[str, str]) -> float:
    """Points by which an element's first line is set in within its cell."""
    inherited = 0.0 if tag in {"table", "tr", "td", "th"} else parent.indent
    sides = rules.get("padding", "").split()
    values = [rules.get(name, "") for name in ("padding-left", "margin-left", "text-indent")] + sides[3:4]
    lengths = (_SIGNED_LENGTH.match(value) for value in values)
    return inherited + sum(_points(match.group(1), match.group(2), 0.0) for match in lengths if match)


def _points(number: str, unit: str | None, inherited: float) -> float:
    try:
        return float(number) * _POINTS[unit]
    except ValueError:
        return inherited
