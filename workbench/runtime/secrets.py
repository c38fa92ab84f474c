"""Secret stores, and settings that refer to secrets by name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, SecretStr

from workbench.domain.errors import NotFound, SetupError
from workbench.service_settings import AwsSecrets, VaultSecrets
from workbench.settings import Settings
from workbench.settings_file import PREFIX

if TYPE_CHECKING:
    from workbench.ports import SecretStore

_REFERENCE = "secret:"


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
            login=stores.VaultLogin(
                token=_revealed(chosen.token),
                token_file=chosen.token_file,
                role_id=chosen.role_id,
                secret_id=_revealed(chosen.secret_id),
            ),
            mount=chosen.mount,
            path=chosen.path,
            timeout_seconds=chosen.timeout_seconds,
        )
        if chosen.aws_region is None:
            return vault
        return stores.WithFallback(vault, stores.AwsSecretStore(region=chosen.aws_region, name=chosen.aws_name))
    return stores.LocalSecretStore([settings.home / "secrets", Path("/run/secrets")])


def _revealed(secret: SecretStr | None) -> str | None:
    return secret.get_secret_value() if secret else None


def _resolved(settings: Settings, store: Callable[[], SecretStore]) -> Settings:
    """The settings with every `secret:NAME` replaced by the secret NAME of the store.

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
            return SecretStr(opened[0].get(value.get_secret_value().removeprefix(_REFERENCE)))
        except NotFound as error:
            raise SetupError(f"{name} names a missing secret: {error}", hint=error.hint) from None

    results: Settings = within(settings, PREFIX, (field for field in Settings.model_fields if field != "secrets"))
    return results
