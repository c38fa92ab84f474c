"""Secrets in the database encrypted by a real OpenBao: what is stored, its rotation, and what happens while it is away."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import hvac
import pytest
import requests

from api.security import keyring, second_factors
from db.engine import Database
from db.sign_in import signing_keys
from db.sign_in.second_factors import list_sealed_secrets
from tests.services import Service, vault_server
from workbench.adapters.keys.sealing import Sealer
from workbench.adapters.vault.client import VaultLogin
from workbench.adapters.vault.transit import TransitCipher
from workbench.domain.errors import SetupError, SourceUnavailable
from workbench.runtime.components import column_cipher
from workbench.settings import Settings

_TOKEN = "root-token-of-the-tests"
_ROOT = b"r" * 32


@pytest.fixture(scope="module")
def bao(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with vault_server(tmp_path_factory.mktemp("vault"), token=_TOKEN) as server:
        make_key(server)
        yield server


def make_key(server: Service) -> None:
    with requests.Session() as session:
        client = client_of(server, session)
        client.sys.enable_secrets_engine("transit")
        client.secrets.transit.create_key("workbench")


def client_of(server: Service, session: requests.Session) -> hvac.Client:
    return hvac.Client(url=address(server), token=_TOKEN, session=session)


def address(server: Service) -> str:
    return f"http://127.0.0.1:{server.port}"


def cipher(server: Service, *, key: str = "workbench", mount: str = "transit", token: str = _TOKEN) -> TransitCipher:
    return TransitCipher(address(server), login=VaultLogin(token=token), key=key, mount=mount, timeout_seconds=3)


def test_what_is_encrypted_opens_with_its_context_alone(bao: Service) -> None:
    columns = cipher(bao)
    sealed = columns.encrypt(b"\x00secret\xff", "second factor of user 7")
    assert sealed.startswith(b"vault:v1:")
    assert b"secret" not in sealed
    assert columns.decrypt(sealed, "second factor of user 7") == b"\x00secret\xff"
    assert columns.decrypt(sealed, "second factor of user 8") is None
    assert columns.decrypt(sealed[:-4] + b"AAA=", "second factor of user 7") is None
    assert columns.decrypt(b"vault:v1:no-base64", "second factor of user 7") is None


def test_what_vault_does_not_have_or_forbids_is_said(bao: Service) -> None:
    with pytest.raises(SetupError, match="no transit engine at elsewhere"):
        cipher(bao, mount="elsewhere").encrypt(b"x", "c")
    with pytest.raises(SetupError, match="refuses us"):
        cipher(bao, token="wrong").encrypt(b"x", "c")
    with pytest.raises(SourceUnavailable, match="gives no answer"):
        TransitCipher("http://127.0.0.1:9", login=VaultLogin(token=_TOKEN), key="workbench").encrypt(b"x", "c")


def test_the_settings_choose_it(bao: Service, tmp_path: Path) -> None:
    vault = {"kind": "vault", "address": address(bao), "token": _TOKEN}
    assert column_cipher(Settings.model_validate({"home": tmp_path, "secrets": vault})) is None
    chosen = column_cipher(Settings.model_validate({"home": tmp_path, "secrets": vault | {"transit": "workbench"}}))
    assert chosen is not None
    assert chosen.decrypt(chosen.encrypt(b"x", "c"), "c") == b"x"


def test_columns_move_to_vault_and_to_a_new_version_of_its_key(bao: Service, database: Database) -> None:
    own, by_vault = Sealer(_ROOT), Sealer(_ROOT, cipher(bao))
    before = keyring.Keyring(database, own).for_signing()
    with database.write() as connection:
        number = connection.exec_driver_sql(
            "insert into users (name, role, password_hash) values ('ada', 'analyst', 'x') returning user_id"
        ).scalar_one()
    second_factors.begin(database, own, "ada")
    # What was stored before is opened with the key of the settings.
    assert keyring.Keyring(database, by_vault).for_signing().keys == before.keys
    versions = []
    for _ in range(2):
        with database.write() as connection:
            assert (keyring.reseal(connection, by_vault), second_factors.reseal(connection, by_vault)) == (1, 1)
            (_, key), (_, secret) = signing_keys.list_signing_keys(connection)[0], list_sealed_secrets(connection)[0]
        versions.append((key[:9], secret[:9]))
        with requests.Session() as session:
            client_of(bao, session).secrets.transit.rotate_key("workbench")
    assert versions == [(b"vault:v1:", b"vault:v1:"), (b"vault:v2:", b"vault:v2:")]
    assert keyring.Keyring(database, by_vault).for_signing().keys == before.keys
    assert by_vault.unseal(secret, f"second factor of user {number}") is not None
    # Back again: the service must be there for it.
    assert Sealer(_ROOT).unseal(secret, f"second factor of user {number}") is None
    # What a browser gets is opened without asking anybody.
    assert Sealer(_ROOT).unseal_text(by_vault.seal_text({"a": "b"}, "cookie", keyring._NOTICE_TIME), "cookie") == {"a": "b"}


def test_while_vault_is_away_tokens_are_verified_and_nothing_new_is_opened(database: Database, tmp_path: Path) -> None:
    with vault_server(tmp_path / "vault", token=_TOKEN) as server:
        make_key(server)
        sealer = Sealer(_ROOT, cipher(server))
        ring = keyring.Keyring(database, sealer)
        signed = ring.for_signing()
        server.stop()
        ring.forget()  # as a minute later
        assert ring.for_signing().keys == signed.keys
        with pytest.raises(SourceUnavailable):
            keyring.Keyring(database, sealer).for_signing()
