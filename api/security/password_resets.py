"""One-time links with which a user who forgot the password sets a new one. Each change writes a row to the audit log."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from api.security.passwords import check_new_password, hash_password
from api.security.sessions import end_sessions_of
from db.engine import Database
from db.operations import accounts, audit
from db.sign_in import password_resets
from workbench.domain.errors import InvalidIdentifier, InvalidRequest
from workbench.domain.operations.accounts import User, parse_user_name
from workbench.domain.operations.sessions import EndReason
from workbench.domain.rights.random_secrets import fingerprint, new_secret

RESET_PATH = "/sign-in/reset"
RESET_LIFETIME = timedelta(hours=1)

_MARK = "wbl_"
# A stranger who asks for links in somebody's name cannot flood the user's channel.
_LONGEST_WAIT_MINUTES = 15


def make_link(database: Database, name: str, base: str, *, actor: str) -> str:
    """A link that is good once, within an hour; earlier ones of the user are not good any longer. Raises NotFound."""
    name = parse_user_name(name)
    token = new_secret(_MARK)
    with database.write() as connection:
        user = accounts.get_user(connection, name)
        password_resets.add_reset(connection, user.user_id, fingerprint(token), datetime.now(UTC) + RESET_LIFETIME)
        audit.record(connection, actor, "user.reset_link_made", name=name)
    return f"{base.rstrip('/')}{RESET_PATH}?token={token}"


def request_link(database: Database, name: str, base: str, *, address: str) -> tuple[str, str] | None:
    """The channel and the link to send through it, for a user who asks for one; None if there is nothing to send.

    That is so for an unknown name, a disabled account, one without a password or channel, and within 15 minutes of the last
    request: the caller answers all alike.
    """
    try:
        name = parse_user_name(name)
    except InvalidIdentifier:
        return None
    with database.write() as connection:
        result = accounts.find_credentials(connection, name)
        channel = accounts.channel_of(connection, name)
        is_too_soon = audit.happened_lately(
            connection, name, "user.reset_link_requested", minutes=_LONGEST_WAIT_MINUTES
        )  # fmt: skip
        if result is None or not result[0].is_active or result[1] is None or channel is None or is_too_soon:
            return None
        audit.record(connection, name, "user.reset_link_requested", address=address)
    return channel, make_link(database, name, base, actor=name)


def use_link(database: Database, token: str, password: str, *, address: str) -> User:
    """The account with its new password; its sessions end, its second factor stays.

    Raises InvalidRequest for a link that is unknown, used or over, and for a weak password, which leaves the link good.
    """
    with database.read() as connection:
        user = password_resets.find_reset(connection, fingerprint(token))
    if user is None:
        raise _not_good()
    check_new_password(password, name=user.name)
    password_hash = hash_password(password)
    with database.write() as connection:
        if password_resets.forget_resets(connection, user.user_id) == 0:  # used in the meantime
            raise _not_good()
        changed = accounts.set_password_hash(connection, user.name, password_hash)
        end_sessions_of(connection, user, EndReason.PASSWORD_CHANGED, actor=user.name)
        audit.record(connection, user.name, "user.password_reset", name=user.name, address=address)
    return changed


def _not_good() -> InvalidRequest:
    return InvalidRequest("the link is not good any longer", hint="ask for a new one")
