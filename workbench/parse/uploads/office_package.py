"""Packages of Office Open XML (ECMA-376): which kind of document one holds, whether it is safe to read, and its title."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from io import BytesIO

from lxml import etree

from workbench.domain.errors import MalformedDocument

# A workbook of a million cells has 60 MB of XML; a deck's pictures are packed as large as they are.
MOST_UNPACKED = 512 << 20
_MOST_PARTS = 20_000
_LARGEST_LIST = 4 << 20  # of content types or properties
_COMPOUND_FILE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # [MS-CFB], which wraps an encrypted package
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_BINARY_FORMATS = re.compile(r"ms-excel\.sheet\.binary", re.IGNORECASE)
_MAIN = re.compile(
    r"application/vnd\.(?:openxmlformats-officedocument\.|ms-)"
    r"(?:(?P<word>word)|(?P<workbook>spreadsheetml|excel)|(?P<slides>presentationml|powerpoint))[\w.]*\.main\+xml",
    re.IGNORECASE,
)
# In one byte or two a character.
_DTD = re.compile(rb"|".join(rb"\x00?".join(bytes([letter]) for letter in word) for word in (b"<!DOCTYPE", b"<!ENTITY")))
_TITLE = "{http://purl.org/dc/elements/1.1/}title"


class OfficeFormat(StrEnum):
    """What a package holds."""

    WORD = "word"
    WORKBOOK = "workbook"
    SLIDES = "slides"


def office_format(content: bytes) -> OfficeFormat | None:
    """What the package holds; None for what is no package of these.

    Raises MalformedDocument for one that is encrypted, cut short, or in a binary format that cannot be read.
    """
    if content.startswith(_COMPOUND_FILE) and _ENCRYPTED in content:
        raise MalformedDocument("the document is locked with a password", hint="save it without a password and add that")
    if not content.startswith(b"PK\x03\x04"):
        return None
    try:
        with zipfile.ZipFile(BytesIO(content)) as package:
            types = _part(package, "[Content_Types].xml").decode("utf-8", "replace")
    except zipfile.BadZipFile:
        if b"[Content_Types].xml" in content[:4096]:
            raise MalformedDocument("the document is damaged: its end is missing") from None
        return None
    if _BINARY_FORMATS.search(types):
        raise MalformedDocument("the document is a binary Excel workbook, which cannot be read", hint="save it as .xlsx")
    match = _MAIN.search(types)
    return OfficeFormat(str(match.lastgroup)) if match else None


def check_package(content: bytes) -> None:
    """Raises MalformedDocument for a package that would unpack to too much, is damaged, or declares entities.

    The sizes are those that are found on unpacking, since a package may state others.
    """
    with _opened(content) as package:
        parts = package.infolist()
        if len(parts) > _MOST_PARTS:
            raise MalformedDocument(f"the document has {len(parts):,} parts; at most {_MOST_PARTS:,} are read")
        left = MOST_UNPACKED
        for part in parts:
            is_xml = part.filename.lower().endswith((".xml", ".rels", ".vml"))
            left -= _checked(package, part, left, is_xml)


def stated_title(content: bytes) -> str | None:
    """The title in the core properties as one line; None without one."""
    with _opened(content) as package:
        try:
            properties = _part(package, "docProps/core.xml")
            title = etree.fromstring(properties, etree.XMLParser(resolve_entities=False, no_network=True)).findtext(_TITLE)
        except etree.XMLSyntaxError:
            return None
    return " ".join((title or "").split()) or None


@contextmanager
def _opened(content: bytes) -> Iterator[zipfile.ZipFile]:
    try:
        with zipfile.ZipFile(BytesIO(content)) as package:
            yield package
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, zlib.error) as error:
        raise MalformedDocument(f"the document is damaged: {error}") from None


def _checked(package: zipfile.ZipFile, part: zipfile.ZipInfo, left: int, is_xml: bool) -> int:
    """The size of a part as it is unpacked, at most `left`."""
    size, before = 0, b""
    with package.open(part) as file:
        while chunk := file.read(1 << 20):
            size += len(chunk)
            if size > left:
                raise MalformedDocument(f"the document unpacks to more than {MOST_UNPACKED / 1e6:,.0f} MB")
            if is_xml and _DTD.search(before + chunk):
                raise MalformedDocument("the document declares entities, which no Office program writes")
            before = chunk[-20:]
    return size


def _part(package: zipfile.ZipFile, name: str) -> bytes:
    """A small part; empty where there is none."""
    try:
        with package.open(name) as file:
            return file.read(_LARGEST_LIST)
    except KeyError:
        return b""
