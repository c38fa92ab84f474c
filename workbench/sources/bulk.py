"""The SEC's nightly zip archives of all companies, read member by member without unpacking.

`submissions.zip` has close to a million members, for which the standard library's reader would need about a gigabyte. This
reader goes through the central directory once and holds only the entries of the wanted companies.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Collection, Iterator
from datetime import UTC, datetime
from typing import BinaryIO, NamedTuple

from workbench.domain.errors import MalformedDocument, NotFound
from workbench.domain.identity import Cik
from workbench.ports import Fetched
from workbench.sources.content import LARGEST_BODY

# From APPNOTE.TXT, the specification of the zip format: 4.3.16, 4.3.15, 4.3.14, 4.3.12 and 4.3.7.
_END = struct.Struct("<4s4H2LH")
_END64_LOCATOR = struct.Struct("<4sLQL")
_END64 = struct.Struct("<4sQ2H2L4Q")
_ENTRY = struct.Struct("<4s6H3L5H2L")
_LOCAL = struct.Struct("<4s5H3L2H")
_IN_64_BITS = 0xFFFFFFFF
_READ_BYTES = 1 << 20
_NAME = re.compile(rb"CIK(\d{10})(?:-submissions-\d{3})?\.json")


class _Member(NamedTuple):
    method: int
    crc: int
    packed_bytes: int
    size_bytes: int
    offset: int


class BulkArchive:
    """A CompanySource over one archive: of `companyfacts.zip` the facts, of `submissions.zip` the submissions.

    Only members of `wanted` companies are read; None means all. Raises MalformedDocument for a file that is not a zip
    archive, and for a damaged member.
    """

    def __init__(self, file: BinaryIO, url: str, *, wanted: Collection[Cik] | None = None) -> None:
        self._file = file
        self._url = url
        numbers = None if wanted is None else {cik.number for cik in wanted}
        self._members: dict[str, _Member] = {}
        for name, member in self._contents():
            match = _NAME.fullmatch(name)
            if match and (numbers is None or int(match[1]) in numbers) and int(match[1]):
                self._members[name.decode()] = member

    def ciks(self) -> list[Cik]:
        """The companies with a first page or facts here, in the order in which the archive holds them."""
        names = (name for name in self._members if len(name) == len("CIK0000000000.json"))
        ordered = sorted(names, key=lambda name: self._members[name].offset)
        return [Cik.parse(name[:13]) for name in ordered]

    def submissions(self, cik: Cik) -> Fetched:
        """The newest page of a company's submissions."""
        return self._read(f"CIK{cik.padded}.json")

    def submissions_page(self, name: str) -> Fetched:
        """A further page, by the name the first page gives."""
        return self._read(name)

    def company_facts(self, cik: Cik) -> Fetched:
        """All XBRL facts of a company."""
        return self._read(f"CIK{cik.padded}.json")

    def _read(self, name: str) -> Fetched:
        member = self._members.get(name)
        if member is None:
            raise NotFound(f"there is no {name} in {self._url}")
        if max(member.size_bytes, member.packed_bytes) > LARGEST_BODY:
            raise self._damaged(f"{name} is larger than {LARGEST_BODY >> 20} MB")
        signature, *_, name_bytes, extra_bytes = _LOCAL.unpack(self._at(member.offset, _LOCAL.size))
        if signature != b"PK\3\4":
            raise self._damaged(f"{name} is not at the offset in its directory")
        if member.method not in (0, zlib.DEFLATED):
            raise self._damaged(f"{name} uses an unsupported compression method")
        packed = self._at(member.offset + _LOCAL.size + name_bytes + extra_bytes, member.packed_bytes)
        content = packed if member.method == 0 else self._unpacked(name, packed, member.size_bytes)
        if len(content) != member.size_bytes or zlib.crc32(content) != member.crc:
            raise self._damaged(f"{name} does not match its checksum")
        return Fetched(f"{self._url}#{name}", content, "application/json", datetime.now(UTC))

    def _unpacked(self, name: str, packed: bytes, size_bytes: int) -> bytes:
        try:
            return zlib.decompressobj(-zlib.MAX_WBITS).decompress(packed, size_bytes + 1)
        except zlib.error:
            raise self._damaged(f"{name} cannot be unpacked") from None

    def _contents(self) -> Iterator[tuple[bytes, _Member]]:
        """Name and place of every member, read piece by piece."""
        position, remaining = self._directory()
        buffer = b""
        while remaining > 0 or buffer:
            if remaining > 0:
                piece = self._at(position, min(_READ_BYTES, remaining))
                position, remaining = position + len(piece), remaining - len(piece)
                buffer += piece
            start = 0
            while (end := self._entry_end(buffer, start)) is not None:
                yield self._entry(buffer, start)
                start = end
            buffer = buffer[start:]
            if buffer and remaining <= 0:
                raise self._damaged("its directory is cut short")

    def _entry_end(self, buffer: bytes, start: int) -> int | None:
        if len(buffer) < start + _ENTRY.size:
            return None
        fields = _ENTRY.unpack_from(buffer, start)
        if fields[0] != b"PK\1\2":
            raise self._damaged("its directory is damaged")
        end = start + _ENTRY.size + sum(fields[10:13])
        return int(end) if end <= len(buffer) else None

    @staticmethod
    def _entry(buffer: bytes, start: int) -> tuple[bytes, _Member]:
        _, _, _, _, method, _, _, crc, packed, size, name_bytes, extra_bytes, _, _, _, _, offset = _ENTRY.unpack_from(
            buffer, start
        )
        begin = start + _ENTRY.size
        name = buffer[begin : begin + name_bytes]
        if _IN_64_BITS in (packed, size, offset):
            size, packed, offset = _wide(buffer[begin + name_bytes : begin + name_bytes + extra_bytes], size, packed, offset)
        return name, _Member(method, crc, packed, size, offset)

    def _directory(self) -> tuple[int, int]:
        """Where the table of contents begins, and how long it is."""
        size = self._file.seek(0, 2)
        tail_bytes = min(size, _END.size + 0xFFFF)
        tail = self._at(size - tail_bytes, tail_bytes)
        result = tail.rfind(b"PK\5\6")
        if result < 0 or len(tail) - result < _END.size:
            raise self._damaged("it is not a zip file, or is cut short")
        *_, length, start, _ = _END.unpack_from(tail, result)
        locator = result - _END64_LOCATOR.size
        if locator >= 0 and tail[locator : locator + 4] == b"PK\6\7":
            _, _, end64, _ = _END64_LOCATOR.unpack_from(tail, locator)
            *_, length, start = _END64.unpack(self._at(end64, _END64.size))
        if start + length > size:
            raise self._damaged("its directory is cut short")
        return int(start), int(length)

    def _at(self, position: int, count: int) -> bytes:
        self._file.seek(position)
        content = self._file.read(count)
        if len(content) != count:
            raise self._damaged("it is cut short")
        return content

    def _damaged(self, reason: str) -> MalformedDocument:
        return MalformedDocument(f"{self._url}: {reason}", document=self._url)


def _wide(extra: bytes, size: int, packed: int, offset: int) -> tuple[int, int, int]:
    """The three numbers with those from the zip64 field in place of the ones that did not fit (4.5.3)."""
    position = 0
    while position + 4 <= len(extra):
        kind, length = struct.unpack_from("<HH", extra, position)
        if kind == 1:
            wide = iter(struct.unpack_from(f"<{length // 8}Q", extra, position + 4))
            numbers = [next(wide, number) if number == _IN_64_BITS else number for number in (size, packed, offset)]
            return numbers[0], numbers[1], numbers[2]
        position += 4 + length
    return size, packed, offset
