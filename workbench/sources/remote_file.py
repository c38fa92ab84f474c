"""A file on a server, read at any position by range requests."""

from __future__ import annotations

import io
from collections import OrderedDict
from typing import TYPE_CHECKING

from workbench.domain.errors import SourceUnavailable
from workbench.sources.http import HttpClient

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

# An archive of 1.3 GB is some 300 requests, and what is held in memory stays small whatever its size.
_PART_BYTES = 4 * 1024 * 1024
_CACHED_PARTS = 4


class RemoteFile(io.RawIOBase):
    """Reads `url` through `client`, within the request limit and with retries.

    Each part of 4 MiB is one call with its own time limit.

    Raises what `HttpClient.get_part` raises, and SourceUnavailable when the file was replaced since it was opened.
    """

    def __init__(self, client: HttpClient, url: str) -> None:
        super().__init__()
        self._client = client
        self._url = url
        self._position = 0
        self._parts: OrderedDict[int, bytes] = OrderedDict()
        first = client.get_part(url, 0, _PART_BYTES - 1)
        self._size, self._version = first.size_bytes, first.version
        self._parts[0] = first.content

    def readable(self) -> bool:
        """True."""
        return True

    def seekable(self) -> bool:
        """True."""
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Moves the position; sends no request."""
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._size}[whence]
        self._position = max(0, base + offset)
        return self._position

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        """Fills `buffer` as far as the part at hand goes; 0 at the end."""
        number, offset = divmod(self._position, _PART_BYTES)
        if self._position >= self._size:
            return 0
        view = memoryview(buffer).cast("B")
        piece = self._part(number)[offset : offset + len(view)]
        view[: len(piece)] = piece
        self._position += len(piece)
        return len(piece)

    def _part(self, number: int) -> bytes:
        if number in self._parts:
            self._parts.move_to_end(number)
            return self._parts[number]
        first = number * _PART_BYTES
        part = self._client.get_part(self._url, first, min(first + _PART_BYTES, self._size) - 1)
        if (part.size_bytes, part.version) != (self._size, self._version):
            raise SourceUnavailable("the archive was replaced by a newer one while it was read", url=self._url)
        self._parts[number] = part.content
        if len(self._parts) > _CACHED_PARTS:
            self._parts.popitem(last=False)
        return part.content
