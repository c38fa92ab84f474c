"""The key that signs tokens: given by the settings, or made once and kept in the home folder."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from pathlib import Path

from workbench.domain.errors import SetupError
from workbench.settings import Settings

_SHORTEST = 32
_PLACEHOLDERS = ("change", "secret", "default", "example", "password", "insecure")


def signing_key(settings: Settings) -> bytes:
    """32 bytes, the same at each start.

    From `server.secret_key`, else from `<home>/secret_key`, made with mode 0600 when missing. Raises SetupError when the
    file is readable by others or cannot be made, or when the key is short or a placeholder outside development.
    """
    given = settings.server.secret_key
    secret = given.get_secret_value() if given is not None else _stored(settings.home / "secret_key")
    if settings.environment != "development" or not secret:
        _refuse_weak(secret)
    # Signing never sees the secret itself, and whatever its length the key has the 256 bits that HS256 asks for (RFC 7518).
    return hmac.new(secret.encode(), b"corporate-intel-workbench access tokens", hashlib.sha256).digest()


def _refuse_weak(secret: str) -> None:
    is_placeholder = any(word in secret.lower() for word in _PLACEHOLDERS)
    if len(secret) < _SHORTEST or len(set(secret)) < 10 or is_placeholder:
        raise SetupError(
            f"the signing key is weak: outside development it has at least {_SHORTEST} random characters",
            hint="set WORKBENCH_SERVER__SECRET_KEY, or leave it out to have one made",
        )


def _stored(path: Path) -> str:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            _make(path)
        if path.stat().st_mode & 0o077:
            raise SetupError(
                f"{path} can be read by others", hint=f"run `chmod 600 {path}`, or delete it to have a new one made"
            )
        return path.read_text(encoding="ascii").strip()
    except OSError as error:
        raise SetupError(f"the signing key {path} cannot be kept: {error.strerror}", hint="set WORKBENCH_HOME") from error


def _make(path: Path) -> None:
    # Written aside and linked into place: two processes that start together end with one whole key.
    aside = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(48) + "\n")
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(aside, path)
        except FileExistsError:
            return
    finally:
        aside.unlink()
