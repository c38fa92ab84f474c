"""The archive: original bytes, named by their hash and stored before parsing."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import NamedTuple

from db.engine import Database
from db.filings import archive as db_archive
from workbench.domain.errors import IntegrityError
from workbench.ports import Fetched, ObjectStore


class ArchivedDocument(NamedTuple):
    """An archived document: name, title, bytes, source URL and hash."""

    name: str
    title: str | None
    content: bytes
    url: str | None
    sha256: str


def raw_key(sha256: str) -> str:
    """The key of the bytes with this hash: `raw/ab/abcdef...`."""
    return f"raw/{sha256[:2]}/{sha256}"


def text_key(sha256: str) -> str:
    """The key of the extracted text with this hash (UTF-8): `text/ab/abcdef...`."""
    return f"text/{sha256[:2]}/{sha256}"


def store(objects: ObjectStore, content: bytes) -> str:
    """Stores the bytes unless they are in the archive; returns their SHA-256 in hex."""
    return _put(objects, content, raw_key)


def store_text(objects: ObjectStore, text: str) -> str:
    """Stores extracted text unless it is in the archive; returns the SHA-256 of its UTF-8 in hex."""
    return _put(objects, text.encode(), text_key)


def load(objects: ObjectStore, sha256: str) -> bytes:
    """The archived bytes with this hash; raises NotFound, and IntegrityError if they are damaged."""
    return _checked(objects.get(raw_key(sha256)), sha256)


def load_text(objects: ObjectStore, sha256: str) -> str:
    """The extracted text with this hash; raises NotFound, and IntegrityError if it is damaged."""
    return _checked(objects.get(text_key(sha256)), sha256).decode()


def archive(database: Database, objects: ObjectStore, fetched: Fetched) -> str:
    """Stores fetched bytes and records their URL and time; returns the SHA-256 in hex.

    Commits in its own transaction, so the bytes stay archived even if they cannot be parsed.
    """
    sha256 = store(objects, fetched.content)
    with database.write() as connection:
        db_archive.record(connection, fetched, sha256)
    return sha256


def _put(objects: ObjectStore, content: bytes, key_of: Callable[[str], str]) -> str:
    sha256 = hashlib.sha256(content).hexdigest()
    key = key_of(sha256)
    if not objects.exists(key):
        objects.put(key, content)
    return sha256


def _checked(content: bytes, sha256: str) -> bytes:
    if hashlib.sha256(content).hexdigest() != sha256:
        raise IntegrityError(
            f"the archived object {sha256[:12]} is damaged", hint="restore it from a backup or ingest it again"
        )
    return content
