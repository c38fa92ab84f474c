"""Encryption of secrets that are stored in the database or handed to a browser: AES-256-GCM."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import os
import time
from datetime import timedelta

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from workbench.ports import ColumnCipher

_NONCE_BYTES = 12  # NIST SP 800-38D: random ones of 96 bits are good for 2**32 messages of a key


def derived_key(root: bytes, purpose: str) -> bytes:
    """32 bytes of their own for each purpose, none of which reveals `root` or another (NIST SP 800-108, one HMAC-SHA-256)."""
    return hmac.new(root, f"corporate-intel-workbench {purpose}".encode(), hashlib.sha256).digest()


class Sealer:
    """Encrypts with a key that follows from `root`, so what is stored is useless without the settings.

    With `columns` what is stored in the database is encrypted by that service, and what was stored before can be opened, too.
    What a browser gets is always of the own key: it is opened with each request.
    """

    def __init__(self, root: bytes, columns: ColumnCipher | None = None) -> None:
        self._cipher = AESGCM(derived_key(root, "sealing"))
        self._columns = columns

    def seal(self, content: bytes, context: str) -> bytes:
        """The content encrypted for a column, which can be opened with the same context alone.

        Raises SourceUnavailable while the service that encrypts columns does not answer, as `unseal` does.
        """
        if self._columns is not None:
            return self._columns.encrypt(content, context)
        return self._seal(content, context)

    def unseal(self, sealed: bytes, context: str) -> bytes | None:
        """The content; None if it was sealed with another key, for another context, or changed since."""
        if self._columns is not None and sealed.startswith(self._columns.prefix):
            return self._columns.decrypt(sealed, context)
        return self._unseal(sealed, context)

    def _seal(self, content: bytes, context: str) -> bytes:
        nonce = os.urandom(_NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, content, context.encode())

    def _unseal(self, sealed: bytes, context: str) -> bytes | None:
        try:
            return self._cipher.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], context.encode())
        except (InvalidTag, ValueError):
            return None

    def seal_text(self, values: dict[str, str], context: str, lifetime: timedelta) -> str:
        """The values as text for a cookie, readable by this server alone and until `lifetime` is over."""
        content = orjson.dumps({"values": values, "until": time.time() + lifetime.total_seconds()})
        return base64.urlsafe_b64encode(self._seal(content, context)).decode()

    def unseal_text(self, text: str, context: str) -> dict[str, str] | None:
        """The values; None if the text is not of this server, for another context, or too old."""
        try:
            content = self._unseal(base64.urlsafe_b64decode(text.encode("ascii")), context)
        except (binascii.Error, UnicodeEncodeError):
            return None
        if content is None:
            return None
        read = orjson.loads(content)
        values: dict[str, str] = read["values"]
        return values if time.time() < read["until"] else None
