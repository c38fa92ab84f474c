"""Signing in with an identity provider: which account that is, and its links. Each change writes a row to the audit log.

An account is linked by issuer and subject alone, never by a name or a mail address, which a provider may let anybody choose.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from api.security import accounts, second_factors
from api.security.sessions import end_sessions_of
from db.engine import Connection, Database
from db.operations import accounts as stored
from db.operations import audit
from db.sign_in import provider_identities, sessions
from workbench.domain.errors import Conflict, InvalidIdentifier, NotAuthenticated, NotFound, PermissionRefused
from workbench.domain.operations.accounts import User, parse_user_name
from workbench.domain.operations.provider_users import ProviderUser
from workbench.domain.operations.sessions import EndReason


def sign_in(
    database: Database,
    identity: ProviderUser,
    *,
    address: str,
    on_unusual: Callable[[accounts.UnusualSignIn], object] = lambda _: None,
) -> tuple[User, bool]:
    """The account of a user who signed in with the provider, and whether its one-time code must follow.

    A user whom the provider gives a role gets an account at the first sign-in; the role of such an account follows the
    provider. Raises PermissionRefused for a user without a role, Conflict if the name of a new account is taken, and
    NotAuthenticated for a disabled account.
    """
    unusual: accounts.UnusualSignIn | None = None
    refusal: PermissionRefused | NotAuthenticated | None = None
    with database.write() as connection:
        user = _user_of(connection, identity)
        if user is None:
            refusal = PermissionRefused(
                "the provider gives you no role here", hint="ask an administrator which group you need"
            )
        elif not user.is_active:
            refusal = NotAuthenticated("the account is disabled")
        if user is None or refusal is not None:
            name = user.name if user is not None else "?"
            audit.record(
                connection, name, "sign_in.failed",
                address=address, factor="provider", issuer=identity.issuer, subject=identity.subject,
            )  # fmt: skip
        else:
            needs_code = second_factors.is_on(connection, user)
            if not needs_code:
                unusual = accounts.note_sign_in(connection, user, address, issuer=identity.issuer)
    if user is None or refusal is not None:
        raise refusal or NotAuthenticated("not signed in")
    if unusual is not None:
        on_unusual(unusual)
    return user, needs_code


def link(database: Database, identity: ProviderUser, *, session_id: str, address: str) -> User:
    """Lets the user of an open session sign in with this account of the provider too; returns the user.

    The password was asked for when it began. Raises NotAuthenticated if the session is over, and Conflict if the account at
    the provider belongs to a user already.
    """
    with database.write() as connection:
        result = sessions.find_session(connection, session_id)
        if result is None or not result[0].is_active or not result[1].is_open(datetime.now(UTC)):
            raise NotAuthenticated("your session ended meanwhile", hint="sign in and begin again")
        user = result[0]
        provider_identities.link(connection, user, identity, sets_role=False)
        audit.record(
            connection, user.name, "provider.linked",
            name=user.name, issuer=identity.issuer, subject=identity.subject, address=address,
        )  # fmt: skip
    return user


def unlink(database: Database, name: str, issuer: str, *, actor: str) -> None:
    """Ends signing in with the provider for the user; raises NotFound without a link, Conflict without a password."""
    with database.write() as connection:
        user = stored.get_user(connection, name)
        if not has_password(connection, user):
            raise Conflict(f"{name} has no password and could not sign in", hint="set one first: `workbench users password`")
        if not provider_identities.unlink(connection, user, issuer):
            raise NotFound(f"{name} is not linked to {issuer}")
        audit.record(connection, actor, "provider.unlinked", name=name, issuer=issuer)


def has_password(connection: Connection, user: User) -> bool:
    """Whether the user can sign in with a password."""
    result = stored.find_credentials(connection, user.name)
    return result is not None and result[1] is not None


def _user_of(connection: Connection, identity: ProviderUser) -> User | None:
    """The user with the role that counts from now on; None, without sessions, for one to whom the provider gives none."""
    linked = provider_identities.find_user(connection, identity)
    if linked is None:
        return _add_user(connection, identity)
    user, sets_role = linked
    if not sets_role or user.role is identity.role:
        return user
    if identity.role is None:
        end_sessions_of(connection, user, EndReason.ROLE_WITHDRAWN, actor=user.name)
        return None
    audit.record(
        connection, user.name, "user.role_changed",
        name=user.name, before=user.role.value, role=identity.role.value, issuer=identity.issuer,
    )  # fmt: skip
    return stored.set_role(connection, user.name, identity.role)


def _add_user(connection: Connection, identity: ProviderUser) -> User | None:
    if identity.role is None:
        return None
    try:
        name = parse_user_name(identity.name)
    except InvalidIdentifier as error:
        raise PermissionRefused(
            "the provider gives no name that an account can have", hint="set WORKBENCH_SIGN_IN__NAME_CLAIM"
        ) from error
    try:
        user = stored.add_user(connection, name, identity.role, None)
    except Conflict:
        raise Conflict(
            f"a user with the name {name} is here already",
            hint="if that is you, sign in with your password and link the provider on the account page",
        ) from None
    provider_identities.link(connection, user, identity, sets_role=True)
    audit.record(
        connection, user.name, "user.added",
        name=user.name, role=user.role.value, issuer=identity.issuer, subject=identity.subject,
    )  # fmt: skip
    return user
