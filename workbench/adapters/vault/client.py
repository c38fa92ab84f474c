"""Signing in to Vault or OpenBao, within a deadline, and its errors as ours."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from workbench.deadlines.connections import bound_session
from workbench.deadlines.deadline import deadline
from workbench.deadlines.retry_after import retry_after_seconds
from workbench.domain.errors import SetupError, SourceUnavailable

if TYPE_CHECKING:
    import hvac
    import requests


@dataclass(frozen=True, slots=True)
class VaultLogin:
    """One of: a token, a file that an agent writes one to, the two parts of an AppRole."""

    token: str | None = None
    token_file: Path | None = None
    role_id: str | None = None
    secret_id: str | None = None

    def __repr__(self) -> str:
        return "VaultLogin(****)"


@contextmanager
def vault_client(address: str, timeout_seconds: float, *, login: VaultLogin | None = None) -> Iterator[hvac.Client]:
    """A client for the block, which ends within `timeout_seconds`; with a login it is signed in first.

    Raises SetupError where Vault refuses, and SourceUnavailable for one that is sealed or silent. An unknown path stays hvac's
    InvalidPath, because its caller knows what was asked for.
    """
    import hvac
    import requests

    session = requests.Session()
    bound_session(session)
    pauses: list[float | None] = []
    session.hooks["response"].append(lambda response, **_: pauses.append(_wanted_pause(response)))
    try:
        with deadline(timeout_seconds):
            client = hvac.Client(url=address, timeout=timeout_seconds, session=session)
            if login is not None:
                _sign_in(client, login)
            yield client
    except hvac.exceptions.InvalidPath:
        raise
    except (hvac.exceptions.Forbidden, hvac.exceptions.Unauthorized, hvac.exceptions.InvalidRequest) as error:
        raise SetupError(
            f"Vault at {address} refuses us: {_first_line(error)}", hint="check its token or AppRole, and the policy"
        ) from None
    except (requests.RequestException, hvac.exceptions.VaultError) as error:
        raise SourceUnavailable(
            f"Vault at {address} gives no answer ({type(error).__name__})",
            url=address,
            hint="start or unseal it, or check WORKBENCH_SECRETS__ADDRESS",
            retry_after_seconds=pauses[-1] if pauses else None,
        ) from None
    finally:
        session.close()


def _sign_in(client: hvac.Client, login: VaultLogin) -> None:
    if login.token:
        client.token = login.token
    elif login.token_file:
        try:
            client.token = login.token_file.read_text(encoding="utf-8").strip()
        except OSError as error:
            raise SetupError(f"{login.token_file} cannot be read: {error.strerror}", hint="is the agent there?") from None
    elif login.role_id and login.secret_id:
        client.auth.approle.login(role_id=login.role_id, secret_id=login.secret_id)
    else:
        raise SetupError(
            "nothing to sign in to Vault with",
            hint="set WORKBENCH_SECRETS__TOKEN, __TOKEN_FILE, or __ROLE_ID and __SECRET_ID",
        )


def _wanted_pause(response: requests.Response) -> float | None:
    return retry_after_seconds(response.headers.get("retry-after"))


def _first_line(error: Exception) -> str:
    return next(iter(str(error).strip().splitlines()), type(error).__name__)
