"""Response bodies: gzip decompression and size limits."""

from __future__ import annotations

import zlib

from workbench.domain.errors import MalformedDocument

# The largest download is a full-text submission of about 300 MB; a larger body is not a filing.
LARGEST_BODY = 512 * 1024 * 1024


def unpack(content: bytes, name: str) -> bytes:
    """The content, decompressed if it is gzip (by its magic number, whatever a header claims).

    Raises MalformedDocument for gzip that is cut or damaged, and for content beyond LARGEST_BODY.
    """
    if not content.startswith(b"\x1f\x8b"):
        return content
    decompressor = zlib.decompressobj(16 + zlib.MAX_WBITS)
    try:
        unpacked = decompressor.decompress(content, LARGEST_BODY + 1)
    except zlib.error:
        raise MalformedDocument(f"{name}: its gzip data is damaged", document=name) from None
    if len(unpacked) > LARGEST_BODY:
        raise MalformedDocument(f"{name}: it unpacks to more than {LARGEST_BODY >> 20} MB", document=name)
    if not decompressor.eof:
        raise MalformedDocument(f"{name}: its gzip data is cut short", document=name)
    return unpacked
