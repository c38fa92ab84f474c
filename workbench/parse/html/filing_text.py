"""Plain text of the years before HTML, and the wrapping of full submissions."""

from __future__ import annotations

import re
from typing import NamedTuple

from workbench.domain.errors import MalformedDocument
from workbench.parse.html.decoding import repair
from workbench.parse.html.extracted import ExtractedText
from workbench.parse.html.layout import Draft, TextBuilder

_DOCUMENT = re.compile(r"<DOCUMENT>(.*?)(?:</DOCUMENT>|\Z)", re.DOTALL | re.IGNORECASE)
_HEADER = re.compile(r"^<(TYPE|SEQUENCE|FILENAME|DESCRIPTION)>([^\r\n<]*)", re.MULTILINE | re.IGNORECASE)
_TEXT = re.compile(r"<TEXT>(.*?)(?:</TEXT>|\Z)", re.DOTALL | re.IGNORECASE)
_ENCODED = re.compile(r"\s*(?:<PDF>\s*)?begin \d{3} \S", re.IGNORECASE)  # uuencoded
_XBRL = re.compile(r"\s*<XBRL>(.*?)</XBRL>\s*", re.DOTALL | re.IGNORECASE)
_PAGE = re.compile(r"<PAGE>|\f", re.IGNORECASE)
_SGML = re.compile(
    r"</?(?:TABLE|CAPTION|S|C|FN|F\d{1,2}|PRE|TEXT|DOCUMENT|TYPE|SEQUENCE|DESCRIPTION|FILENAME|ARTICLE|LEGEND|MULTIPLIER|B|I|U|HTML|BODY|DIV)>",
    re.IGNORECASE,
)


class SubmissionDocument(NamedTuple):
    """One document of a full submission: its type (`10-K`, `EX-99.1`), and what the wrapping says of it."""

    type: str
    sequence: str | None
    name: str | None
    description: str | None
    source: str


def submission_documents(source: str) -> list[SubmissionDocument]:
    """The documents wrapped in a full submission, in order; empty when the text is no submission."""
    documents = []
    for wrapped in _DOCUMENT.finditer(source):
        text = _TEXT.search(wrapped.group(1))
        if text is None:
            continue
        head = wrapped.group(1)[: text.start()]
        header = {name.upper(): value.strip() or None for name, value in _HEADER.findall(head)}
        body = _XBRL.fullmatch(text.group(1))
        documents.append(
            SubmissionDocument(
                header.get("TYPE") or "", header.get("SEQUENCE"), header.get("FILENAME"), header.get("DESCRIPTION"),
                body.group(1) if body else text.group(1),
            )
        )  # fmt: skip
    return documents


def is_encoded(source: str) -> bool:
    """Whether a wrapped document is a file in code, such as a PDF or a picture."""
    return bool(_ENCODED.match(source))


def primary_document(source: str) -> str:
    """The source itself, or the first readable document when it is a full submission.

    Raises MalformedDocument when the submission wraps no document.
    """
    head = source[:20000].upper()
    if "<DOCUMENT>" not in head and "<SEC-DOCUMENT>" not in head:
        return source
    documents = submission_documents(source)
    if not documents:
        raise MalformedDocument("the submission holds no document")
    for document in documents:
        if not is_encoded(document.source):
            return document.source
    raise MalformedDocument("the submission holds no HTML or text, only encoded files such as PDF")


def extract_plain(source: str) -> ExtractedText:
    """The text of a plain document: blocks are separated by blank lines and keep their lines, so that tables stay aligned."""
    builder = TextBuilder()
    for number, page in enumerate(_PAGE.split(repair(source))):
        if number:
            builder.page_break()
        lines: list[str] = []
        for raw in _SGML.sub("", page).splitlines():
            line = raw.expandtabs().rstrip()
            if line:
                lines.append(line)
            else:
                _append(builder, lines)
        _append(builder, lines)
    return builder.build()


def _append(builder: TextBuilder, lines: list[str]) -> None:
    if lines:
        margin = min(len(line) - len(line.lstrip()) for line in lines)
        centred = margin > 8 and max(len(line) for line in lines) < 75
        text = "\n".join(line[margin:] for line in lines)
        builder.paragraph([Draft(text)], "center" if centred else "", "preformatted")
        lines.clear()
