"""Database accounts that Vault or OpenBao makes for this process: renewed, and replaced before they end."""

from __future__ import annotations

import logging
import threading
import time
from dataclasses import dataclass
from urllib.parse import quote, urlsplit, urlunsplit

from workbench.adapters.vault.client import VaultLogin, vault_client
from workbench.domain.errors import DatabaseUnavailable, SetupError, SourceError, WorkbenchError

logger = logging.getLogger(__name__)

# After this share of what is left a lease is renewed; a lease that cannot be renewed to more than this share of its full time
# is replaced: Vault ends it at its maximum whatever we do.
_RENEW_AFTER, _REPLACE_BELOW = 0.5, 0.6
_SHORTEST_WAIT_SECONDS, _LONGEST_WAIT_SECONDS, _RETRY_SECONDS = 0.2, 3600.0, 5.0


@dataclass(frozen=True, slots=True)
class _Lease:
    """An account, and until when it and the token that asked for it last, by the monotonic clock."""

    url: str
    lease_id: str
    token: str
    seconds: float
    ends_at: float
    token_seconds: float
    token_ends_at: float

    @property
    def end(self) -> float:
        """When the account ends: Vault ends what a token asked for with the token."""
        return min(self.ends_at, self.token_ends_at)


class LeasedLogin:
    """A DatabaseAddress with an account of Vault's database engine.

    A thread renews account and token, and asks for another account before Vault ends this one; that one goes on for as long
    as it lasts, so statements that run end well. While Vault is sealed or silent the account is used until it ends.
    """

    def __init__(self, url: str, *, address: str, login: VaultLogin, path: str, timeout_seconds: float = 10.0) -> None:
        """`url` names the database without a user; `path` is that of the engine's role: database/creds/workbench.

        Raises SetupError and SourceUnavailable if there is no account to begin with.
        """
        self._plain_url = url
        self._address = address
        self._login = login
        self._path = path
        self._timeout_seconds = timeout_seconds
        self._stopped = threading.Event()
        self._lock = threading.Lock()
        self._looked_at = float("-inf")
        self._lease = self._made()
        self._thread = threading.Thread(target=self._keep, name="database-login", daemon=True)
        self._thread.start()

    def current(self) -> str:
        """The URL with the account; raises DatabaseUnavailable if it ended and Vault gave no other."""
        lease = self._lease
        if time.monotonic() >= lease.end:
            raise DatabaseUnavailable(
                "the account for the database has ended, and Vault gives no other", hint="start or unseal Vault"
            )
        return lease.url

    def look_again(self) -> bool:
        """Asks for another account, at most every few seconds; returns whether there is one."""
        refused = self._lease.url
        with self._lock:
            if self._lease.url != refused:  # somebody else was quicker
                return True
            if time.monotonic() - self._looked_at < _RETRY_SECONDS:
                return False
            self._looked_at = time.monotonic()
            return self._try_to_replace()

    def close(self) -> None:
        """Stops renewing and gives the account back."""
        import hvac

        self._stopped.set()
        self._thread.join()
        try:
            with vault_client(self._address, self._timeout_seconds) as client:
                client.token = self._lease.token
                client.sys.revoke_lease(self._lease.lease_id)
        except (WorkbenchError, hvac.exceptions.VaultError) as error:  # it ends by itself
            logger.info("the account for the database was not given back: %s", type(error).__name__)

    def _keep(self) -> None:
        while not self._stopped.wait(self._seconds_to_wait()):
            with self._lock:
                self._keep_up()

    def _seconds_to_wait(self) -> float:
        left = self._lease.end - time.monotonic()
        if left <= 0:
            return _RETRY_SECONDS
        return min(max(left * (1 - _RENEW_AFTER), _SHORTEST_WAIT_SECONDS), _LONGEST_WAIT_SECONDS)

    def _keep_up(self) -> None:
        """Renews the account and its token, or replaces the account where Vault does not renew it for long enough."""
        import hvac

        try:
            self._lease = renewed = self._renewed()
        except (WorkbenchError, hvac.exceptions.InvalidPath) as error:
            if isinstance(error, SourceError):  # it may pass
                logger.warning("the account for the database was not renewed: %s", error)
            else:  # the account is as old as it may become, or was revoked, or the token ended
                self._try_to_replace()
            return
        now = time.monotonic()
        is_ending = renewed.ends_at - now < renewed.seconds * _REPLACE_BELOW
        if is_ending or renewed.token_ends_at - now < renewed.token_seconds * _REPLACE_BELOW:
            self._try_to_replace()

    def _try_to_replace(self) -> bool:
        try:
            made = self._made()
        except WorkbenchError as error:
            logger.warning("no other account for the database: %s", error)
            return False
        self._lease = made
        logger.info("another account for the database is used from here on")
        return True

    def _made(self) -> _Lease:
        import hvac

        try:
            with vault_client(self._address, self._timeout_seconds, login=self._login) as client:
                asked_at = time.monotonic()
                token_seconds = _seconds_of_token(client.auth.token.lookup_self()["data"].get("ttl", 0))
                answer = client.read(self._path)
                token = str(client.token)
        except hvac.exceptions.InvalidPath:
            answer = None
        if not answer or not answer.get("lease_id"):
            raise SetupError(
                f"Vault has no database role at {self._path}", hint="make one, or check WORKBENCH_DATABASE__CREDENTIALS"
            )
        account, seconds = answer["data"], float(answer["lease_duration"])
        url = _with_account(self._plain_url, account["username"], account["password"])
        ends = asked_at + seconds, asked_at + token_seconds
        return _Lease(url, answer["lease_id"], token, seconds, ends[0], token_seconds, ends[1])

    def _renewed(self) -> _Lease:
        lease = self._lease
        with vault_client(self._address, self._timeout_seconds) as client:
            client.token = lease.token
            asked_at = time.monotonic()
            if lease.token_seconds == float("inf"):
                token_left = lease.token_seconds
            else:
                token_left = float(client.auth.token.renew_self()["auth"]["lease_duration"])
            left = float(client.sys.renew_lease(lease.lease_id, increment=int(lease.seconds))["lease_duration"])
        return _Lease(
            lease.url, lease.lease_id, lease.token, lease.seconds, asked_at + left, lease.token_seconds, asked_at + token_left
        )


def _seconds_of_token(ttl: object) -> float:
    """How long a token lasts; one without an end, such as a root token's, says 0."""
    seconds = float(str(ttl))
    return seconds if seconds > 0 else float("inf")


def _with_account(url: str, user: str, password: str) -> str:
    """The URL with this user and password in place of any it has.

    >>> _with_account("postgresql://db:5432/workbench?sslmode=require", "v-1", "a/b@c")
    'postgresql://v-1:a%2Fb%40c@db:5432/workbench?sslmode=require'
    """
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=f"{quote(user, safe='')}:{quote(password, safe='')}@{host}"))
