"""The text of a document in Rich Text Format: made HTML, which the parser of filings then reads.

Control words are those of the RTF Specification 1.9.1: text with its paragraphs, bold and raised letters, tables, and
characters of Unicode and of the code pages that fonts name. Pictures, headers, comments and unknown destinations are left out.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass, field, replace
from html import escape

from workbench.domain.errors import MalformedDocument
from workbench.parse.html.filing_html import extract
from workbench.parse.html.paged_text import PagedText

RTF_EXTRACTOR = "workbench-rtf/1"

_TOKEN = re.compile(
    rb"\\'(?P<byte>[0-9a-fA-F]{2})|\\(?P<word>[a-zA-Z]{1,32})(?P<number>-?\d{1,10})? ?|\\(?P<sign>[^a-zA-Z])"
    rb"|(?P<brace>[{}])|(?P<text>[^\\{}\r\n]+)|[\r\n]+"
)
_LEFT_OUT = {
    "fonttbl", "colortbl", "stylesheet", "info", "pict", "object", "header", "headerl", "headerr", "headerf",
    "footer", "footerl", "footerr", "footerf", "ftnsep", "ftnsepc", "listtable", "listoverridetable", "rsidtbl",
    "generator", "themedata", "colorschememapping", "datastore", "latentstyles", "xmlnstbl", "fldinst", "annotation",
    "atnid", "atnauthor", "revtbl", "filetbl", "template", "passwordhash", "mmathpr", "nonshppict",
}  # fmt: skip
_CHARACTERS = {
    "tab": "\t", "line": "\n", "emdash": "\u2014", "endash": "\u2013", "lquote": "\u2018", "rquote": "\u2019",
    "ldblquote": "\u201c", "rdblquote": "\u201d", "bullet": "\u2022", "emspace": " ", "enspace": " ",
}  # fmt: skip
_SIGNS = {b"~": " ", b"_": "-", b"\\": "\\", b"{": "{", b"}": "}"}
# Code pages of the character sets that a font table names.
_CHARSETS = {
    77: "mac_roman", 128: "cp932", 129: "cp949", 134: "gbk", 136: "big5", 161: "cp1253", 162: "cp1254", 177: "cp1255",
    178: "cp1256", 186: "cp1257", 204: "cp1251", 238: "cp1250",
}  # fmt: skip
_DEEPEST = 2_000


@dataclass(frozen=True, slots=True)
class _State:
    """What holds within a group and ends with it."""

    destination: str = ""
    is_bold: bool = False
    is_raised: bool = False
    font: int = 0
    skipped: int = 1  # characters that stand in for one of Unicode


@dataclass(slots=True)
class _Writer:
    """The HTML so far: finished blocks, and the runs and cells of the one that is being written."""

    blocks: list[str] = field(default_factory=list)
    runs: list[str] = field(default_factory=list)
    cells: list[str] = field(default_factory=list)
    rows: list[str] = field(default_factory=list)
    is_in_table: bool = False

    def write(self, text: str, state: _State) -> None:
        html = escape(text).replace("\n", "<br>")
        html = f"<sup>{html}</sup>" if state.is_raised else html
        self.runs.append(f"<b>{html}</b>" if state.is_bold and text.strip() else html)

    def end_cell(self) -> None:
        self.cells.append(f"<td>{''.join(self.runs)}</td>")
        self.runs.clear()

    def end_row(self) -> None:
        self.rows.append(f"<tr>{''.join(self.cells)}</tr>")
        self.cells.clear()

    def end_paragraph(self) -> None:
        if self.is_in_table:
            self.runs.append("<br>" if self.runs else "")
            return
        self.end_table()
        if text := "".join(self.runs):
            self.blocks.append(f"<p>{text}</p>")
        self.runs.clear()

    def end_table(self) -> None:
        if self.rows:
            self.blocks.append(f"<table>{''.join(self.rows)}</table>")
        self.rows.clear()


def extract_rtf(content: bytes) -> PagedText:
    """The text with its paragraphs and tables, without pages. Raises MalformedDocument if it is damaged or holds no text."""
    reader = _Reader()
    for token in _TOKEN.finditer(content):
        reader.take(token)
    reader.flush()
    reader.writer.is_in_table = False
    reader.writer.end_paragraph()
    reader.writer.end_table()
    if not reader.writer.blocks:
        raise MalformedDocument("the document holds no text")
    return PagedText(extract(f"<html><body>{''.join(reader.writer.blocks)}</body></html>".encode()), ())


class _Reader:
    """Reads token after token."""

    def __init__(self) -> None:
        self.writer = _Writer()
        self._state = _State()
        self._outer: list[_State] = []
        self._fonts: dict[int, str] = {}
        self._code_page = "cp1252"
        self._bytes = bytearray()
        self._to_skip = 0
        self._is_optional = False

    def take(self, token: re.Match[bytes]) -> None:
        """One token."""
        if (byte := token["byte"]) is not None:
            self._take_bytes(bytes.fromhex(byte.decode()))
        elif (text := token["text"]) is not None:
            self._take_bytes(text)
        else:
            self.flush()
            if (brace := token["brace"]) is not None:
                self._take_brace(brace)
            elif (word := token["word"]) is not None:
                self._take_word(word.decode().lower(), None if token["number"] is None else int(token["number"]))
            elif (sign := token["sign"]) is not None:
                self._take_sign(sign)

    def flush(self) -> None:
        """Writes the bytes that wait, in the code page of their font."""
        if self._bytes and not self._state.destination:
            encoding = self._fonts.get(self._state.font, self._code_page)
            self.writer.write(self._bytes.decode(encoding, "replace"), self._state)
        self._bytes.clear()

    def _take_bytes(self, content: bytes) -> None:
        skipped = min(self._to_skip, len(content))
        self._to_skip -= skipped
        self._bytes += content[skipped:]

    def _take_brace(self, brace: bytes) -> None:
        self._to_skip, self._is_optional = 0, False
        if brace == b"{":
            if len(self._outer) >= _DEEPEST:
                raise MalformedDocument("the RTF is damaged: its groups do not end")
            self._outer.append(self._state)
        elif self._outer:
            self._state = self._outer.pop()

    def _take_sign(self, sign: bytes) -> None:
        if sign == b"*":  # a destination that a reader who does not know it leaves out
            self._is_optional = True
        elif sign in _SIGNS and not self._state.destination:
            self.writer.write(_SIGNS[sign], self._state)

    def _take_word(self, word: str, number: int | None) -> None:
        if self._is_optional or word in _LEFT_OUT:
            self._is_optional = False
            self._state = replace(self._state, destination=self._state.destination or word)
        elif word == "f":
            self._state = replace(self._state, font=number or 0)
        elif word == "fcharset" and self._state.destination == "fonttbl":
            self._fonts[self._state.font] = _CHARSETS.get(number or 0, self._code_page)
        elif word == "ansicpg" and number is not None:
            self._code_page = _known(f"cp{number}")
        elif not self._state.destination:
            self._take_text_word(word, number)

    def _take_text_word(self, word: str, number: int | None) -> None:
        state, writer = self._state, self.writer
        if word == "u" and number is not None:
            writer.write(_character(number), state)
            self._to_skip = state.skipped
        elif word == "uc":
            self._state = replace(state, skipped=max(number or 0, 0))
        elif word == "b":
            self._state = replace(state, is_bold=number != 0)
        elif word in {"super", "nosupersub"}:
            self._state = replace(state, is_raised=word == "super" and number != 0)
        elif word == "plain":
            self._state = replace(state, is_bold=False, is_raised=False)
        elif word in _CHARACTERS:
            writer.write(_CHARACTERS[word], state)
        elif word in {"par", "sect", "page", "pard", "intbl", "cell", "row", "nestcell", "nestrow"}:
            self._take_layout_word(word)

    def _take_layout_word(self, word: str) -> None:
        writer = self.writer
        if word == "intbl":
            writer.is_in_table = True
        elif word == "pard":  # the properties of a paragraph as they are by default
            writer.is_in_table = False
        elif word in {"cell", "nestcell"}:
            writer.end_cell()
        elif word in {"row", "nestrow"}:
            writer.end_row()
        else:
            writer.end_paragraph()


def _known(encoding: str) -> str:
    try:
        return codecs.lookup(encoding).name
    except LookupError:
        return "cp1252"


def _character(number: int) -> str:
    """The character of a signed 16-bit number; half of a pair, which few writers produce, is a replacement character."""
    code = number % 0x10000
    return "\ufffd" if 0xD800 <= code <= 0xDFFF else chr(code)
