"""Secrets by name: from the environment and files, from Vault or OpenBao, from AWS Secrets Manager."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping, Sequence
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from workbench.adapters.vault.client import VaultLogin, vault_client
from workbench.deadlines.deadline import within
from workbench.deadlines.retry_after import retry_after_seconds
from workbench.domain.errors import InvalidRequest, NotFound, SetupError, SourceUnavailable
from workbench.ports import SecretStore


class LocalSecretStore:
    """A SecretStore in the environment, and below it in files of these folders (one secret a file, as Docker mounts them)."""

    def __init__(self, folders: Sequence[Path], environment: Mapping[str, str] = os.environ) -> None:
        self._folders = folders
        self._environment = environment

    def get(self, name: str) -> str:
        """The variable, else the file without its last line end; raises NotFound."""
        _check(name)
        if result := self._environment.get(name):
            return result
        for folder in self._folders:
            try:
                return (folder / name).read_text(encoding="utf-8").removesuffix("\n").removesuffix("\r")
            except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
                continue
            except (OSError, UnicodeDecodeError) as error:
                raise SetupError(f"{folder / name} cannot be read: {error}", hint="fix it or remove it") from None
        raise NotFound(
            f"there is no secret {name!r}",
            hint=f"set the variable {name}, or write the file {self._folders[0] / name}" if self._folders else None,
        )


class VaultSecretStore:
    """A SecretStore in one secret of Vault's key-value store (version 2), whose fields are the names. Read once.

    Signing in and reading end together within `timeout_seconds`.
    """

    def __init__(
        self,
        address: str,
        *,
        login: VaultLogin,
        mount: str = "secret",
        path: str = "workbench",
        timeout_seconds: float = 10.0,
    ) -> None:
        self._address = address
        self._login = login
        self._mount = mount
        self._path = path
        self._timeout_seconds = timeout_seconds

    def get(self, name: str) -> str:
        """The field; raises NotFound, SourceUnavailable for a Vault that is sealed or silent, SetupError when it refuses."""
        _check(name)
        return _field(self._fields, name, f"{self._mount}/{self._path} in Vault")

    @cached_property
    def _fields(self) -> Mapping[str, object]:
        import hvac

        try:
            with vault_client(self._address, self._timeout_seconds, login=self._login) as client:
                answer = client.secrets.kv.v2.read_secret_version(
                    self._path, mount_point=self._mount, raise_on_deleted_version=True
                )
                if not (self._login.token or self._login.token_file):
                    client.auth.token.revoke_self()  # made for this reading alone, and the next makes another
        except hvac.exceptions.InvalidPath:
            raise NotFound(
                f"there is no secret {self._mount}/{self._path} in Vault", hint="put one there, or set WORKBENCH_SECRETS__PATH"
            ) from None
        results: Mapping[str, object] = answer["data"]["data"]
        return results


class AwsSecretStore:
    """A SecretStore in one JSON secret of AWS Secrets Manager, whose fields are the names. Read once.

    Finding the account's keys and reading, with up to three tries, end together within `timeout_seconds`.
    """

    def __init__(
        self, *, region: str, name: str = "workbench", endpoint: str | None = None, timeout_seconds: float = 30.0
    ) -> None:
        self._region = region
        self._name = name
        self._endpoint = endpoint
        self._timeout_seconds = timeout_seconds

    def get(self, name: str) -> str:
        """The field; raises NotFound, SourceUnavailable when AWS does not answer, SetupError when it refuses."""
        _check(name)
        return _field(self._fields, name, f"{self._name} in AWS Secrets Manager")

    @cached_property
    def _fields(self) -> Mapping[str, object]:
        import boto3  # noqa: F401  takes a while, which is not AWS's

        _descriptions()
        from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError
        from botocore.exceptions import ConnectionError as NotConnected

        where = f"AWS Secrets Manager in {self._region}"
        try:
            # botocore makes its connections itself, and retries with pauses of its own.
            answer = within(self._timeout_seconds, self._read)
            if not answer.keys() & {"SecretString", "SecretBinary"}:  # botocore takes a body that was cut for an empty answer
                raise SourceUnavailable(f"{where} gives half an answer", url=self._endpoint)
            content = json.loads(answer["SecretString"])
        except TimeoutError:
            raise SourceUnavailable(
                f"{where} gives no answer within {self._timeout_seconds:g} seconds", url=self._endpoint
            ) from None
        except ClientError as error:
            metadata = error.response["ResponseMetadata"]
            code, status = error.response["Error"]["Code"], metadata["HTTPStatusCode"]
            if code == "ResourceNotFoundException":
                raise NotFound(f"there is no secret {self._name!r} in {where}") from None
            if status >= 500 or code == "ThrottlingException":
                wait = retry_after_seconds(metadata.get("HTTPHeaders", {}).get("retry-after"))
                raise SourceUnavailable(
                    f"{where} gives no answer ({code})", url=self._endpoint, retry_after_seconds=wait
                ) from None
            raise SetupError(f"{where} refuses us: {code}", hint="check the account's keys and rights") from None
        except (HTTPClientError, NotConnected) as error:
            raise SourceUnavailable(f"{where} gives no answer ({type(error).__name__})", url=self._endpoint) from None
        except BotoCoreError as error:
            raise SetupError(f"{where} cannot be asked: {error}", hint="give boto3 the account's keys and region") from None
        except (KeyError, ValueError):
            raise SetupError(f"the secret {self._name!r} in {where} is no JSON", hint="make it an object of names") from None
        if not isinstance(content, dict):
            raise SetupError(f"the secret {self._name!r} in {where} is no JSON object", hint="make it an object of names")
        return content

    def _read(self) -> dict[str, Any]:
        import boto3
        from botocore.config import Config
        from botocore.session import Session

        # A session of its own: the default one keeps the credentials that it saw first for as long as the process runs.
        session = Session()
        session.register_component("data_loader", _descriptions())
        client = boto3.Session(botocore_session=session).client(
            "secretsmanager",
            region_name=self._region,
            endpoint_url=self._endpoint,
            config=Config(
                connect_timeout=min(5.0, self._timeout_seconds),
                read_timeout=min(10.0, self._timeout_seconds),
                retries={"total_max_attempts": 3},
            ),
        )
        answer: dict[str, Any] = client.get_secret_value(SecretId=self._name)
        return answer


@cache
def _descriptions() -> Any:
    """What the AWS client knows of services, read once for all sessions: it takes longer than an answer."""
    from botocore.loaders import create_loader

    loader = create_loader()
    loader.load_service_model("secretsmanager", "service-2")
    return loader


class WithFallback:
    """A SecretStore that falls back to a second one when the first does not respond; an answer of the first holds."""

    def __init__(self, first: SecretStore, second: SecretStore) -> None:
        self._first = first
        self._second = second

    def get(self, name: str) -> str:
        """The secret; raises as the store does that answered, or SourceUnavailable of the first when neither does."""
        try:
            return self._first.get(name)
        except SourceUnavailable as silent:
            try:
                return self._second.get(name)
            except SourceUnavailable:
                raise silent from None


def _check(name: str) -> None:
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_.-]*", name):
        raise InvalidRequest(f"{name!r} is not the name of a secret", hint="letters, digits, underscores, dots and dashes")


def _field(fields: Mapping[str, object], name: str, where: str) -> str:
    value = fields.get(name)
    if not isinstance(value, str):
        raise NotFound(f"there is no secret {name!r} at {where}", hint="put it there as a field of that name, a text")
    return value
