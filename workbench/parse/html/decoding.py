"""Bytes of a filing document to characters, with one clear error for what is not a text document."""

from __future__ import annotations

import codecs
import re

from workbench.domain.errors import MalformedDocument

# The largest main documents filed (annual reports of banks with full XBRL) are under 50 MB.
MAX_BYTES = 64 * 1024 * 1024

_SIGNATURES = {
    b"%PDF-": "a PDF file",
    b"PK\x03\x04": "a ZIP archive",
    b"\x1f\x8b": "gzip-compressed",
    b"\x89PNG": "an image",
    b"\xff\xd8\xff": "an image",
    b"GIF8": "an image",
    b"\xd0\xcf\x11\xe0": "an old Office file",
}
_LOOKED_AT = 1024 * 1024
_INSIDE_WORD = re.compile(
    r"(?<=[^\W\d_])[\u00a1-\u00a9\u00ab-\u00ac\u00ae-\u00b1\u00b3\u00b4\u00b6\u00b8\u00bb-\u00bf¹†‡•‰‹›¤](?=[^\W\d_])"
)
_CAPITAL_INSIDE = re.compile(r"(?<=[a-z])[À-ÖØ-Þ]")
_MOST_ACCENTS, _MOST_STRANGE = 0.25, 0.003  # of the letters
# Of the languages of Windows-1252 Icelandic alone has several of the first, and it has the second beside them. Turkish read
# as Windows-1252 has the first alone.
_ICELANDIC, _ICELANDIC_VOWELS = re.compile("[ÐÝÞðýþ]"), re.compile("[ÁÆÉÍÓÚáæéíóú]")
# How text of seven bits a byte changes to East Asian characters: ISO 2022, and HZ of Chinese mail.
_SHIFTS = re.compile(rb"\x1b(?:\$[()*+]?|\([IJ])[@-Z]|\x1b\$\)[A-G]|~\{(?:[!-w][!-~])+~\}")
_DECLARED = re.compile(rb"""(?:charset|encoding)\s*=\s*["']?\s*([A-Za-z0-9._-]{2,40})""")

# What browsers do with C1 control characters (https://html.spec.whatwg.org/#numeric-character-reference-end-state),
# and characters that nobody sees.
_REPAIRS: dict[int, str | None] = {
    **{code: bytes([code]).decode("cp1252", "ignore") or None for code in range(0x80, 0xA0)},
    0xAD: None,
    0x200B: None,
    0x2060: None,
    0xFEFF: None,
    0x00: None,
}


def repair(text: str) -> str:
    """The text with invisible characters left out and C1 controls read as Windows-1252."""
    return text.translate(_REPAIRS) if not text.isascii() or "\0" in text else text


def decode(content: bytes) -> str:
    """The characters of a document: UTF-8 when it is valid UTF-8, else the declared encoding, else Windows-1252.

    Raises MalformedDocument when it is empty, larger than MAX_BYTES, or not text at all.
    """
    if len(content) > MAX_BYTES:
        raise MalformedDocument(f"the document has {len(content) / 1e6:,.0f} MB; at most {MAX_BYTES / 1e6:,.0f} MB are read")
    if not content.strip():
        raise MalformedDocument("the document is empty")
    for signature, what in _SIGNATURES.items():
        if content.startswith(signature):
            raise MalformedDocument(f"the document is {what}, not HTML or text")
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return content.decode("utf-16", "replace")
    head = content[:65536]
    strange = sum(head.count(byte) for byte in (b"\0", b"\1", b"\2", b"\3", b"\4", b"\5", b"\6", b"\7", b"\x0e", b"\x0f"))
    if strange > len(head) / 200 + 4:
        raise MalformedDocument("the document is binary, not HTML or text")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode(_declared(content[:4096]), "replace")


def is_unreadable(content: bytes) -> bool:
    """Whether text that names no encoding is neither UTF-8 nor Windows-1252, as one of which it would be read.

    In Western languages few letters have accents, and signs and accented capitals do not stand inside words; bytes of
    Cyrillic, Greek, Central European, Turkish, Vietnamese or East Asian encodings read as Windows-1252 look otherwise.
    """
    head = content[:_LOOKED_AT]
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or _DECLARED.search(head[:4096]):
        return False
    if _SHIFTS.search(head):
        return True
    try:
        codecs.getincrementaldecoder("utf-8")().decode(content, final=True)
    except UnicodeDecodeError:
        text = head.decode("cp1252", "replace")
    else:
        return False
    letters = sum(character.isalpha() for character in text)
    accented = sum(character.isalpha() and not character.isascii() for character in text)
    strange = text.count("\ufffd") + len(_INSIDE_WORD.findall(text)) + len(_CAPITAL_INSIDE.findall(text))
    if not _ICELANDIC_VOWELS.search(text):
        strange += len(_ICELANDIC.findall(text))
    return accented > _MOST_ACCENTS * letters or strange > _MOST_STRANGE * letters + 1


def _declared(head: bytes) -> str:
    match = _DECLARED.search(head)
    name = match.group(1).decode("ascii").lower() if match else "cp1252"
    try:
        name = codecs.lookup(name).name
    except LookupError:
        return "cp1252"
    # As browsers do: Latin-1 and ASCII mean Windows-1252; a document that says UTF-8 and is not is most often it too.
    return "cp1252" if name in {"iso8859-1", "ascii", "utf-8"} else name
