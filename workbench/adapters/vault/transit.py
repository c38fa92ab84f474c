"""Encryption by the transit engine of Vault or OpenBao: the key never leaves it."""

from __future__ import annotations

import base64

from workbench.adapters.vault.client import VaultLogin, vault_client
from workbench.domain.errors import SetupError


class TransitCipher:
    """A ColumnCipher with one key of the engine. What is encrypted names the key's version, so older versions decrypt it too.

    Each call signs in, and ends within `timeout_seconds`.
    """

    prefix = b"vault:v"

    def __init__(
        self, address: str, *, login: VaultLogin, key: str, mount: str = "transit", timeout_seconds: float = 10.0
    ) -> None:
        self._address = address
        self._login = login
        self._key = key
        self._mount = mount
        self._timeout_seconds = timeout_seconds

    def encrypt(self, content: bytes, context: str) -> bytes:
        """The content, encrypted by the newest version of the key for this context alone.

        Raises SetupError where Vault refuses or has no such key, SourceUnavailable for one that is sealed or silent.
        """
        return self._ask("encrypt", {"plaintext": _encoded(content)}, context)["ciphertext"].encode("ascii")

    def decrypt(self, sealed: bytes, context: str) -> bytes | None:
        """The content; None if Vault finds that it was changed, or is of another key or context. Raises as `encrypt` does."""
        try:
            answer = self._ask("decrypt", {"ciphertext": sealed.decode("ascii")}, context)
        except _NotOurs:
            return None
        return base64.b64decode(answer["plaintext"])

    def _ask(self, operation: str, question: dict[str, str], context: str) -> dict[str, str]:
        import hvac

        with vault_client(self._address, self._timeout_seconds, login=self._login) as client:
            try:
                answer: dict[str, dict[str, str]] = client.write_data(
                    f"{self._mount}/{operation}/{self._key}", data=question | {"associated_data": _encoded(context.encode())}
                )
            except hvac.exceptions.InvalidRequest as error:
                if "message authentication failed" in str(error) or "invalid ciphertext" in str(error):
                    raise _NotOurs from None
                raise
            except hvac.exceptions.InvalidPath:
                raise SetupError(
                    f"Vault has no transit engine at {self._mount}", hint="run deploy/vault/setup.sh with TRANSIT"
                ) from None
            finally:
                if self._login.role_id:
                    client.auth.token.revoke_self()  # it was made for this call alone
        return answer["data"]


class _NotOurs(Exception):
    """The engine cannot decrypt it."""


def _encoded(content: bytes) -> str:
    return base64.b64encode(content).decode("ascii")
