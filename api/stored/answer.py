"""An answer as bytes: its body in each coding that somebody asked for, and its entity tag."""

from __future__ import annotations

import gzip
from dataclasses import dataclass, field
from typing import Literal

Coding = Literal["identity", "gzip", "zstd"]
RawHeaders = list[tuple[bytes, bytes]]

_SMALLEST_COMPRESSED = 1024
_GZIP_LEVEL, _ZSTD_LEVEL = 5, 3


@dataclass(slots=True)
class Answer:
    """A complete response of status 200; `headers` are those of the body as it is, without its length."""

    headers: RawHeaders
    etag: bytes
    bodies: dict[Coding, bytes]
    _heads: dict[Coding, RawHeaders] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """The bytes of all its bodies."""
        return sum(map(len, self.bodies.values()))

    def chosen(self, accepted: bytes) -> Coding:
        """The coding to send to a client with this Accept-Encoding header; small answers are sent as they are."""
        if len(self.bodies.get("identity", b"")) < _SMALLEST_COMPRESSED and "gzip" not in self.bodies:
            return "identity"
        return coding_of(accepted)

    def head(self, coding: Coding) -> RawHeaders:
        """The headers for a body that is there in this coding."""
        if coding not in self._heads:
            length = (b"content-length", str(len(self.bodies[coding])).encode())
            added = [] if coding == "identity" else [(b"content-encoding", coding.encode())]
            self._heads[coding] = [*self.headers, *added, length]
        return self._heads[coding]

    def encode(self, coding: Coding) -> bytes:
        """The body in this coding, made from another one that is there; takes milliseconds for a large one."""
        plain = self.bodies.get("identity")
        if plain is None:
            plain = gzip.decompress(self.bodies["gzip"])
        return plain if coding == "identity" else compress(plain, coding)


def compress(body: bytes, coding: Literal["gzip", "zstd"]) -> bytes:
    """The body in this coding."""
    if coding == "gzip":
        return gzip.compress(body, _GZIP_LEVEL, mtime=0)
    import pyarrow as pa  # large, and most clients of an embedded workbench never ask for it

    compressed: bytes = pa.Codec("zstd", compression_level=_ZSTD_LEVEL).compress(body, asbytes=True)
    return compressed


def coding_of(accepted: bytes) -> Coding:
    """The coding that a client with this Accept-Encoding header gets (RFC 9110, section 12.5.3): zstd before gzip.

    >>> coding_of(b"gzip, deflate, br, zstd"), coding_of(b"gzip;q=0, zstd;q=0.5"), coding_of(b"br")
    ('zstd', 'zstd', 'identity')
    """
    weights: dict[bytes, bool] = {}
    for part in accepted.lower().split(b","):
        name, _, parameters = part.partition(b";")
        weights[name.strip()] = parameters.replace(b" ", b"") not in (b"q=0", b"q=0.0", b"q=0.00", b"q=0.000")
    for coding in ("zstd", "gzip"):
        if weights.get(coding.encode(), False):
            return coding
    return "identity"
