"""Secret stores, and settings that refer to secrets by name."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, SecretStr

from workbench.domain.errors import NotFound, SetupError, WorkbenchError
from workbench.runtime.secret_watch import SecretWatch
from workbench.service_settings import AwsSecrets, PostgresDatabase, VaultSecrets
from workbench.settings import Settings
from workbench.settings_file import PREFIX

if TYPE_CHECKING:
    from workbench.adapters.vault.client import VaultLogin
    from workbench.ports import DatabaseAddress, SecretStore

logger = logging.getLogger(__name__)

_REFERENCE = "secret:"
# A wrong password must not make every request ask the secret store.
_LOOK_SECONDS = 5.0


@contextmanager
def followed_secrets(settings: Settings) -> Iterator[Settings]:
    """As `with_secrets`; for the block each secret has the value that the store has, within `refresh_seconds` of a change.

    What was opened with a secret's text stays as it is: the address of the database has a way of its own (`database_address`),
    and the signing key is that of the start.
    """
    watch = SecretWatch(lambda: secret_store(settings), settings.secrets.refresh_seconds)
    followed = _resolved(settings, lambda: secret_store(settings), watch.follow)
    watch.start()
    try:
        yield followed
    finally:
        watch.close()


def with_secrets(settings: Settings) -> Settings:
    """The settings with each `secret:NAME` looked up in the chosen store; the same object when there are none.

    Raises SetupError that names the setting when a secret is missing or the store refuses access, SourceUnavailable when the
    store does not answer.
    """
    return _resolved(settings, lambda: secret_store(settings))


def secret_store(settings: Settings) -> SecretStore:
    """The chosen secret store; it is contacted at first use."""
    chosen = settings.secrets
    from workbench.adapters import secret_store as stores

    if isinstance(chosen, AwsSecrets):
        return stores.AwsSecretStore(region=chosen.region, name=chosen.name, endpoint=chosen.endpoint)
    if isinstance(chosen, VaultSecrets):
        vault = stores.VaultSecretStore(
            chosen.address,
            login=vault_login(chosen),
            mount=chosen.mount,
            path=chosen.path,
            timeout_seconds=chosen.timeout_seconds,
        )
        if chosen.aws_region is None:
            return vault
        return stores.WithFallback(vault, stores.AwsSecretStore(region=chosen.aws_region, name=chosen.aws_name))
    return stores.LocalSecretStore([settings.home / "secrets", Path("/run/secrets")])


def database_address(settings: Settings, chosen: PostgresDatabase) -> DatabaseAddress:
    """The address of the database: with accounts that Vault makes, or as the settings or the secret that they name have it.

    Raises as `with_secrets` does.
    """
    if chosen.credentials is None:
        return NamedAddress(chosen, lambda: secret_store(settings))
    vault = settings.secrets
    if not isinstance(vault, VaultSecrets):
        raise SetupError("WORKBENCH_DATABASE__CREDENTIALS needs WORKBENCH_SECRETS__KIND=vault")
    from workbench.adapters.vault.leased_login import LeasedLogin

    plain = with_secrets(settings).database
    return LeasedLogin(
        plain.url.get_secret_value() if isinstance(plain, PostgresDatabase) else "",
        address=vault.address,
        login=vault_login(vault),
        path=chosen.credentials,
        timeout_seconds=vault.timeout_seconds,
    )


class NamedAddress:
    """A DatabaseAddress of the settings. A `secret:NAME` is looked up again when the database refuses the account."""

    def __init__(
        self, chosen: PostgresDatabase, store: Callable[[], SecretStore], *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Raises SetupError and SourceUnavailable as the store does."""
        self._named = chosen.url.get_secret_value()
        self._store = store
        self._clock = clock
        self._lock = threading.Lock()
        self._looked_at = clock()
        self._url = self._read()

    def current(self) -> str:
        """The URL as it was last looked up."""
        return self._url

    def look_again(self) -> bool:
        """Looks the secret up, at most every few seconds; returns whether it changed."""
        before = self._url
        with self._lock:
            if self._url != before:  # somebody else was quicker
                return True
            if not self._named.startswith(_REFERENCE) or self._clock() - self._looked_at < _LOOK_SECONDS:
                return False
            self._looked_at = self._clock()
            try:
                self._url = self._read()
            except WorkbenchError as error:
                logger.warning("the secret of the database was not looked up again: %s", error)
                return False
            return self._url != before

    def close(self) -> None:
        """There is nothing to close."""

    def _read(self) -> str:
        if not self._named.startswith(_REFERENCE):
            return self._named
        try:
            return self._store().get(self._named.removeprefix(_REFERENCE))
        except NotFound as error:
            raise SetupError(f"{PREFIX}DATABASE__URL names a missing secret: {error}", hint=error.hint) from None


def vault_login(chosen: VaultSecrets) -> VaultLogin:
    """What the settings have to sign in to Vault with."""
    from workbench.adapters.vault.client import VaultLogin

    return VaultLogin(
        token=_revealed(chosen.token),
        token_file=chosen.token_file,
        role_id=chosen.role_id,
        secret_id=_revealed(chosen.secret_id),
    )


def _revealed(secret: SecretStr | None) -> str | None:
    return secret.get_secret_value() if secret else None


def _resolved(
    settings: Settings,
    store: Callable[[], SecretStore],
    make: Callable[[str, str], SecretStr] = lambda _, value: SecretStr(value),
) -> Settings:
    """The settings with every `secret:NAME` replaced by what `make` makes of NAME and its secret in the store.

    The store is only opened when needed; its own settings are not looked up in it. Raises SetupError that names the setting
    when a secret is missing.
    """
    opened: list[SecretStore] = []

    def within(owner: Any, prefix: str, fields: Iterable[str]) -> Any:
        old = {field: getattr(owner, field) for field in fields}
        new = {field: looked_up(value, f"{prefix}{field.upper()}") for field, value in old.items()}
        changed = {field: value for field, value in new.items() if value is not old[field]}
        return owner.model_copy(update=changed) if changed else owner

    def looked_up(value: Any, name: str) -> Any:
        if isinstance(value, BaseModel):
            return within(value, f"{name}__", type(value).model_fields)
        if isinstance(value, Mapping):
            results = {key: looked_up(entry, f"{name}__{key.upper()}") for key, entry in value.items()}
            return results if any(results[key] is not value[key] for key in value) else value
        if not isinstance(value, SecretStr) or not value.get_secret_value().startswith(_REFERENCE):
            return value
        if not opened:
            opened.append(store())
        try:
            reference = value.get_secret_value().removeprefix(_REFERENCE)
            return make(reference, opened[0].get(reference))
        except NotFound as error:
            raise SetupError(f"{name} names a missing secret: {error}", hint=error.hint) from None

    results: Settings = within(settings, PREFIX, (field for field in Settings.model_fields if field != "secrets"))
    return results
