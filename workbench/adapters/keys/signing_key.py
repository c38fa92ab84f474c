"""The key that signs tokens: from the settings, or created once and stored in the home folder."""

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

    From `server.secret_key`, otherwise from `<home>/secret_key`, created with mode 0600 if missing. Raises SetupError if
    the file is readable by others or cannot be created, or if the key is short or a placeholder outside development.
    """
    configured = settings.server.secret_key
    secret = configured.get_secret_value() if configured is not None else _stored(settings.home / "secret_key")
    if settings.environment != "development" or not secret:
        _refuse_weak(secret)
    # The secret itself is never used for signing, and the key always has the 256 bits that HS256 requires (RFC 7518).
    return hmac.new(secret.encode(), b"corporate-intel-workbench access tokens", hashlib.sha256).digest()


def _refuse_weak(secret: str) -> None:
    is_placeholder = any(word in secret.lower() for word in _PLACEHOLDERS)
    if len(secret) < _SHORTEST or len(set(secret)) < 10 or is_placeholder:
        raise SetupError(
            f"the signing key is weak: outside development it needs at least {_SHORTEST} random characters",
            hint="set WORKBENCH_SERVER__SECRET_KEY, or unset it to have a key created",
        )


def _stored(path: Path) -> str:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            _create(path)
        if path.stat().st_mode & 0o077:
            raise SetupError(
                f"{path} is readable by other users", hint=f"run `chmod 600 {path}`, or delete it to have a new one created"
            )
        return path.read_text(encoding="ascii").strip()
    except OSError as error:
        raise SetupError(f"the signing key {path} cannot be stored: {error.strerror}", hint="set WORKBENCH_HOME") from error


def _create(path: Path) -> None:
    # Written to a temporary file and linked into place: two processes that start together get the same complete key.
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(48) + "\n")
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(temporary, path)
        except FileExistsError:
            return
    finally:
        temporary.unlink()
