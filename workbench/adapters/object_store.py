"""Objects as files in a folder."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from uuid import uuid4

from workbench.domain.errors import InvalidRequest, NotFound, SetupError
from workbench.ports import StoredObject


class FolderStore:
    """An ObjectStore in `root`. A put writes beside and renames, so a reader sees the old bytes or the new, never half."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def put(self, key: str, content: bytes, *, media_type: str = "application/octet-stream") -> None:  # noqa: ARG002  the port has it
        """Stores `content`, flushed to the disk when it returns; a folder keeps no media type."""
        path = self._path(key)
        beside = path.with_name(f".{uuid4().hex}")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with beside.open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            beside.replace(path)
            _flush_folder(path.parent)
        except OSError as error:
            with suppress(OSError):
                beside.unlink()
            raise SetupError(
                f"{path} cannot be written: {error.strerror}", hint="check the disk and WORKBENCH_HOME"
            ) from error

    def get(self, key: str) -> bytes:
        """The whole object; raises NotFound."""
        path = self._path(key)
        try:
            return path.read_bytes()
        except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
            raise NotFound(f"there is no object {key!r}") from None
        except OSError as error:
            raise SetupError(f"{path} cannot be read: {error.strerror}", hint="check the disk and WORKBENCH_HOME") from error

    def get_range(self, key: str, start: int, length: int) -> bytes:
        """Up to `length` bytes from `start`; fewer at the object's end, none past it. Raises NotFound."""
        check_range(start, length)
        path = self._path(key)
        try:
            with path.open("rb") as file:
                file.seek(start)
                return file.read(length)
        except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
            raise NotFound(f"there is no object {key!r}") from None
        except OSError as error:
            raise SetupError(f"{path} cannot be read: {error.strerror}", hint="check the disk and WORKBENCH_HOME") from error

    def stat(self, key: str) -> StoredObject:
        """What is known of the object without reading it; raises NotFound."""
        path = self._path(key)
        if not path.is_file():
            raise NotFound(f"there is no object {key!r}")
        return StoredObject(key, path.stat().st_size)

    def exists(self, key: str) -> bool:
        """Whether there is such an object."""
        return self._path(key).is_file()

    def list(self, prefix: str) -> Iterator[StoredObject]:
        """The objects whose key begins with `prefix`, by key."""
        if not self._root.is_dir():
            return
        results = sorted(
            (path.relative_to(self._root).as_posix(), path.stat().st_size)
            for path in self._root.rglob("*")
            if path.is_file() and not path.name.startswith(".")
        )
        yield from (StoredObject(key, size) for key, size in results if key.startswith(prefix))

    def delete(self, key: str) -> None:
        """Removes the object; none there is no error."""
        path = self._path(key)
        try:
            path.unlink()
        except (FileNotFoundError, NotADirectoryError):
            pass
        except OSError as error:
            if path.is_dir():  # a prefix of other keys, not an object
                return
            raise SetupError(
                f"{path} cannot be removed: {error.strerror}", hint="check the disk and WORKBENCH_HOME"
            ) from error

    def _path(self, key: str) -> Path:
        return self._root.joinpath(*check_key(key))


def check_key(key: str) -> list[str]:
    """The parts of an object key, the same for every store; raises InvalidRequest for what can be none."""
    parts = key.split("/")
    if any(part in ("", ".", "..") or part.startswith(".") or "\\" in part or "\0" in part for part in parts):
        raise InvalidRequest(f"{key!r} is not an object key")
    return parts


def check_range(start: int, length: int) -> None:
    """Raises InvalidRequest for a range that begins before the object or runs backwards."""
    if start < 0 or length < 0:
        raise InvalidRequest(f"{length} bytes from {start} is not a range")


def _flush_folder(folder: Path) -> None:
    """A renamed file is only sure to be found again after a power cut once its folder is on the disk too."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
