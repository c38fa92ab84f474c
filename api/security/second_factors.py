"""One-time codes as a second factor (TOTP, RFC 6238), and the recovery codes that replace them. Changes are logged."""

from __future__ import annotations

import secrets
import time
from datetime import UTC, datetime

import pyotp
from pyotp.utils import strings_equal

from db.engine import Connection, Database
from db.operations import accounts, audit
from db.sign_in import second_factors
from workbench.adapters.keys.sealing import Sealer
from workbench.domain.errors import Conflict, InvalidRequest, NotFound, SetupError
from workbench.domain.operations.accounts import User
from workbench.domain.rights.random_secrets import fingerprint

_ISSUER = "Corporate Intelligence Workbench"
_STEP_SECONDS = 30
# Clocks of telephones differ, and typing takes time: one step on either side (RFC 6238, section 5.2).
_TOLERANCE = (0, -1, 1)
_RECOVERY_CODES, _RECOVERY_BYTES = 10, 10


def begin(database: Database, sealer: Sealer, name: str) -> tuple[str, str]:
    """A new secret to be confirmed with a code, and the address that an authenticator app reads as a QR code.

    Raises Conflict if codes are asked for already.
    """
    secret = pyotp.random_base32()
    with database.write() as connection:
        user = accounts.get_user(connection, name)
        if not second_factors.begin_second_factor(
            connection, user.user_id, sealer.seal(secret.encode(), _context(user.user_id))
        ):
            raise Conflict("the second factor is on already", hint="turn it off first")
        audit.record(connection, name, "second_factor.begun", name=name)
    return secret, _address(user, secret)


def pending(connection: Connection, sealer: Sealer, user: User) -> tuple[str, str] | None:
    """What `begin` returned, while it waits for its confirmation; None if nothing does."""
    stored = second_factors.find_second_factor(connection, user.user_id)
    if stored is None or stored.confirmed_at is not None:
        return None
    secret = _secret(sealer, user, stored)
    return secret, _address(user, secret)


def confirm(database: Database, sealer: Sealer, name: str, code: str) -> list[str]:
    """The recovery codes, shown once; from here on signing in needs a code. Raises InvalidRequest for a wrong code."""
    codes = [_grouped(secrets.token_bytes(_RECOVERY_BYTES)) for _ in range(_RECOVERY_CODES)]
    with database.write() as connection:
        user = accounts.get_user(connection, name)
        stored = second_factors.find_second_factor(connection, user.user_id)
        if stored is None or stored.confirmed_at is not None:
            raise Conflict("no second factor waits for its confirmation", hint="begin again")
        if not _is_code(connection, sealer, user, stored, code):
            raise InvalidRequest(
                "the code is wrong or too old", hint="check the clock of your device, and type the newest code"
            )
        hashes = [fingerprint(_plain(each)) for each in codes]
        second_factors.confirm_second_factor(connection, user.user_id, datetime.now(UTC), hashes)
        audit.record(connection, name, "second_factor.on", name=name)
    return codes


def turn_off(database: Database, name: str, *, actor: str) -> None:
    """Signing in needs no code from here on; raises NotFound if there is no second factor."""
    with database.write() as connection:
        user = accounts.get_user(connection, name)
        if not second_factors.remove_second_factor(connection, user.user_id):
            raise NotFound(f"{name} has no second factor")
        audit.record(connection, actor, "second_factor.off", name=name)


def reseal(connection: Connection, sealer: Sealer) -> int:
    """Encrypts every secret anew, with what encrypts now; returns how many. One that cannot be opened stays as it is."""
    count = 0
    for user_id, sealed in second_factors.list_sealed_secrets(connection):
        if (secret := sealer.unseal(sealed, _context(user_id))) is not None:
            second_factors.replace_sealed_secret(connection, user_id, sealer.seal(secret, _context(user_id)))
            count += 1
    return count


def is_on(connection: Connection, user: User) -> bool:
    """Whether signing in as this user needs a code."""
    stored = second_factors.find_second_factor(connection, user.user_id)
    return stored is not None and stored.confirmed_at is not None


def accept(connection: Connection, sealer: Sealer, user: User, code: str) -> bool:
    """Whether `code` is the user's one-time code or recovery code, and was not used before. It is used up by this."""
    stored = second_factors.find_second_factor(connection, user.user_id)
    if stored is None or stored.confirmed_at is None:
        return False
    if _is_code(connection, sealer, user, stored, code):
        return True
    is_used = second_factors.use_recovery_code(connection, user.user_id, fingerprint(_plain(code)), datetime.now(UTC))
    if is_used:
        audit.record(connection, user.name, "second_factor.recovery_code_used", name=user.name)
    return is_used


def _is_code(connection: Connection, sealer: Sealer, user: User, stored: second_factors.SecondFactor, code: str) -> bool:
    totp = pyotp.TOTP(_secret(sealer, user, stored))
    step = int(time.time()) // _STEP_SECONDS
    typed = "".join(code.split())
    matching = [step + each for each in _TOLERANCE if strings_equal(typed, totp.generate_otp(step + each))]
    return any(second_factors.use_step(connection, user.user_id, each) for each in matching)


def _secret(sealer: Sealer, user: User, stored: second_factors.SecondFactor) -> str:
    secret = sealer.unseal(stored.sealed_secret, _context(user.user_id))
    if secret is None:
        raise SetupError(
            f"the second factor of {user.name} was stored under another secret key",
            hint=f"restore WORKBENCH_SERVER__SECRET_KEY, or run `workbench users second-factor off {user.name}`",
        )
    return secret.decode()


def _context(user_id: int) -> str:
    return f"second factor of user {user_id}"


def _address(user: User, secret: str) -> str:
    return pyotp.TOTP(secret).provisioning_uri(name=user.name, issuer_name=_ISSUER)


def _grouped(content: bytes) -> str:
    text = content.hex()
    return "-".join(text[start : start + 5] for start in range(0, len(text), 5))


def _plain(code: str) -> str:
    return "".join(letter for letter in code.lower() if letter.isalnum())
