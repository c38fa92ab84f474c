"""The random secrets of cookies, keys and links, and the hashes under which they are stored."""

from __future__ import annotations

import hashlib
import secrets


def new_secret(mark: str = "") -> str:
    """256 random bits as text, behind a mark by which secret scanners and people recognise its kind."""
    return mark + secrets.token_urlsafe(32)


def fingerprint(secret: str) -> str:
    """The SHA-256 in hex under which a secret is stored: it is random, so an unsalted hash reveals nothing about it."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
