"""A document that somebody brings, of whatever kind: what kind it is, its text, and its pages."""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import StrEnum
from pathlib import PurePath
from typing import NamedTuple

from workbench.domain.errors import MalformedDocument
from workbench.domain.filings.documents import DocumentPage
from workbench.parse.html.decoding import MAX_BYTES, decode, is_unreadable
from workbench.parse.html.extracted import ExtractedText
from workbench.parse.html.filing_html import EXTRACTOR, extract, is_html
from workbench.parse.html.filing_text import submission_documents
from workbench.parse.html.paged_text import TEXT_EXTRACTOR, PagedText, extract_text, lay_out, lay_out_again
from workbench.parse.uploads.mail_text import MAIL_EXTRACTOR, Attachment, read_mail
from workbench.parse.uploads.markdown_text import MARKDOWN_EXTRACTOR, extract_markdown
from workbench.parse.uploads.office_package import OfficeFormat, office_format
from workbench.parse.uploads.office_reader import OFFICE_EXTRACTOR, read_office
from workbench.parse.uploads.own_title import html_title, usable_title
from workbench.parse.uploads.pdf_reader import PDF_EXTRACTOR, read_pdf
from workbench.parse.uploads.rtf_text import RTF_EXTRACTOR, extract_rtf
from workbench.parse.uploads.scanned_text import SCANNED_EXTRACTOR, Recognize, read_scanned


class DocumentKind(StrEnum):
    """What can be read."""

    PDF = "pdf"
    HTML = "html"
    TEXT = "text"
    MARKDOWN = "markdown"
    RTF = "rtf"
    MAIL = "mail"
    WORD = "word"
    WORKBOOK = "workbook"
    SLIDES = "slides"


_OFFICE_KINDS = (DocumentKind.WORD, DocumentKind.WORKBOOK, DocumentKind.SLIDES)
EXTRACTORS = {
    DocumentKind.PDF: PDF_EXTRACTOR,
    DocumentKind.HTML: EXTRACTOR,
    DocumentKind.TEXT: TEXT_EXTRACTOR,
    DocumentKind.MARKDOWN: MARKDOWN_EXTRACTOR,
    DocumentKind.RTF: RTF_EXTRACTOR,
    DocumentKind.MAIL: MAIL_EXTRACTOR,
    **dict.fromkeys(_OFFICE_KINDS, OFFICE_EXTRACTOR),
}

_BY_SUFFIX = {
    ".md": DocumentKind.MARKDOWN,
    ".markdown": DocumentKind.MARKDOWN,
    ".htm": DocumentKind.HTML,
    ".html": DocumentKind.HTML,
    ".xhtml": DocumentKind.HTML,
    ".pdf": DocumentKind.PDF,
}
_TYPES = "PDF, Word, Excel, PowerPoint, HTML, text, Markdown, RTF and e-mail (.eml) can be read"
_OFFICE_SUFFIXES = {
    **dict.fromkeys((".docx", ".docm", ".dotx", ".dotm"), "a Word document"),
    **dict.fromkeys((".xlsx", ".xlsm", ".xltx", ".xltm"), "an Excel workbook"),
    **dict.fromkeys((".pptx", ".pptm", ".ppsx", ".ppsm", ".potx"), "a PowerPoint presentation"),
}
# Formats that are text or archives to a reader of bytes, whose words would be lost or stored as codes.
_OTHERS = {
    ".msg": "an Outlook message", ".mbox": "a mailbox",
    ".doc": "a Word document of before 2007", ".xls": "an Excel workbook of before 2007",
    ".ppt": "a PowerPoint presentation of before 2007", ".xlsb": "a binary Excel workbook",
    ".odt": "an OpenDocument text", ".ods": "an OpenDocument spreadsheet", ".odp": "an OpenDocument presentation",
    ".epub": "an e-book", ".pages": "a Pages document", ".numbers": "a Numbers spreadsheet", ".key": "a Keynote presentation",
}  # fmt: skip
_RTF = re.compile(rb"\s*\{\\rtf")
_MAIL = re.compile(rb"(?:From [^\n]*\n)?(?:[A-Za-z][A-Za-z0-9-]{1,40}:[ \t][^\n]*\r?\n(?:[ \t][^\n]*\r?\n)*){3,}")
_MAIL_ALONE = re.compile(rb"^(?:MIME-Version|Message-ID|Received|Return-Path):", re.IGNORECASE | re.MULTILINE)
_SAVE_AS = "save it as PDF, .docx, .xlsx, .pptx, HTML or text and add that"


def kind_of(content: bytes, name: str) -> DocumentKind:
    """What a document is, by its first bytes and its name; of other text, by whether it is marked up.

    Raises MalformedDocument for what is empty, too large, or none of these.
    """
    if not content.strip():
        raise MalformedDocument("the document is empty")
    if len(content) > MAX_BYTES:
        raise MalformedDocument(f"the document has {len(content) / 1e6:,.0f} MB; at most {MAX_BYTES / 1e6:,.0f} MB are read")
    suffix = PurePath(name).suffix.lower()
    if office := office_format(content):
        return DocumentKind(office)
    if other := _OTHERS.get(suffix):
        raise MalformedDocument(f"the document is {other}, which cannot be read", hint=_SAVE_AS)
    if marked := _marked_as(content, suffix):
        return marked
    named = _BY_SUFFIX.get(suffix)
    if b"%PDF-" in content[:1024]:  # some writers put a few bytes before it
        return DocumentKind.PDF
    if named is DocumentKind.PDF:
        raise MalformedDocument("the document is not a PDF, although its name says so")
    try:
        source = decode(content)
    except MalformedDocument as error:
        raise MalformedDocument(error.message, hint=error.hint or _TYPES) from None
    if is_unreadable(content):
        raise MalformedDocument(
            "the document does not name its character encoding, and it is not UTF-8", hint="save it as UTF-8"
        )
    if named is not None:
        return named
    is_marked_up = source.lstrip().startswith("<") and (is_html(source) or bool(submission_documents(source)))
    return DocumentKind.HTML if is_marked_up else DocumentKind.TEXT


def _marked_as(content: bytes, suffix: str) -> DocumentKind | None:
    """A format that is stated by a document's first bytes and reads as text."""
    if _RTF.match(content):
        return DocumentKind.RTF
    if suffix == ".rtf":
        raise MalformedDocument("the document is not RTF, although its name says so")
    if stated := _OFFICE_SUFFIXES.get(suffix):
        raise MalformedDocument(f"the document is not {stated}, although its name says so, or it is damaged")
    header = _MAIL.match(content)
    return DocumentKind.MAIL if suffix == ".eml" or (header and _MAIL_ALONE.search(header[0])) else None


class OwnText(NamedTuple):
    """A document that was read: its text, by which extractor, what it calls itself, and the files in an e-mail."""

    paged: PagedText
    extractor: str
    title: str | None = None
    attachments: tuple[Attachment, ...] = ()


def read_own(content: bytes, kind: DocumentKind, recognize: Recognize | None = None) -> OwnText:
    """The document with its title and attachments; `recognize` reads pages that are pictures. Raises MalformedDocument."""
    if kind is DocumentKind.PDF and recognize is not None:
        paged, is_recognized = read_scanned(content, recognize)
        return OwnText(paged, SCANNED_EXTRACTOR if is_recognized else PDF_EXTRACTOR)
    if kind is DocumentKind.MAIL:
        mail = read_mail(content)
        return OwnText(mail.paged, MAIL_EXTRACTOR, mail.subject, mail.attachments)
    if kind in _OFFICE_KINDS:
        office = read_office(content, OfficeFormat(kind))
        return OwnText(office.paged, OFFICE_EXTRACTOR, usable_title(office.title))
    title = html_title(content) if kind is DocumentKind.HTML else None
    return OwnText(extract_own(content, kind), EXTRACTORS[kind], title)


def extract_own(content: bytes, kind: DocumentKind) -> PagedText:
    """The text and the pages (none where the kind has none); the same bytes give the same text for ever (see EXTRACTORS).

    Raises MalformedDocument.
    """
    if kind is DocumentKind.PDF:
        return lay_out(read_pdf(content))
    if kind is DocumentKind.HTML:
        return PagedText(extract(content), ())
    if kind in _OFFICE_KINDS:
        return read_office(content, OfficeFormat(kind)).paged
    readers = {DocumentKind.MARKDOWN: extract_markdown, DocumentKind.RTF: extract_rtf, DocumentKind.TEXT: extract_text}
    return read_mail(content).paged if kind is DocumentKind.MAIL else readers[kind](content)


def layout_of(content: bytes, name: str, text: str, pages: Sequence[DocumentPage]) -> ExtractedText:
    """The layout of a document whose text is stored; a PDF needs no second reading for it."""
    kind = kind_of(content, name)
    if kind in (DocumentKind.PDF, DocumentKind.TEXT):
        return lay_out_again(text, pages)
    return extract_own(content, kind).extracted
