"""What every SecretStore does, and that settings find their secrets in it."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from uuid import uuid4

import hvac
import pytest

from tests.services import Service, vault_server
from workbench.adapters.secret_store import AwsSecretStore, LocalSecretStore, VaultSecretStore, WithFallback
from workbench.adapters.vault.client import VaultLogin
from workbench.domain.errors import InvalidRequest, NotFound, SetupError, SourceUnavailable
from workbench.ports import SecretStore
from workbench.runtime.secrets import with_secrets
from workbench.settings import Settings

_TOKEN = "root-token-of-the-tests"
_FIELDS = {"database_url": "postgresql://me:p@ss word@host/w", "empty-ish": " x\n", "a.b": "ü"}
_NOWHERE = "http://127.0.0.1:1"

Made = Callable[[Mapping[str, str]], SecretStore]


@pytest.fixture(scope="module")
def vault(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with vault_server(tmp_path_factory.mktemp("vault"), token=_TOKEN) as server:
        yield server


def address(vault: Service) -> str:
    return f"http://127.0.0.1:{vault.port}"


def put(vault: Service, fields: Mapping[str, str]) -> str:
    """A secret of its own in that Vault; returns its path."""
    path = f"tests/{uuid4().hex}"
    hvac.Client(url=address(vault), token=_TOKEN).secrets.kv.v2.create_or_update_secret(path, dict(fields))
    return path


@pytest.fixture(scope="module")
def aws() -> Iterator[dict[str, object]]:
    """AWS's protocol as far as one reads a secret: `answers` is secret to content, `endpoint` the address."""
    answers: dict[str, object] = {}

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["SecretId"]
            signed = "AWS4-HMAC-SHA256 Credential=test" in self.headers.get("Authorization", "")
            status, body = 200, {"Name": asked, "SecretString": answers.get(asked)}
            if not signed:
                status, body = 400, {"__type": "AccessDeniedException", "message": "not signed"}
            elif asked not in answers:
                status, body = 400, {"__type": "ResourceNotFoundException", "message": "no such secret"}
            elif isinstance(answers[asked], int):
                status, body = int(str(answers[asked])), {"__type": "InternalServiceError", "message": "broken"}
            content = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/x-amz-json-1.1")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    answers["endpoint"] = f"http://127.0.0.1:{server.server_address[1]}"
    yield answers
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")


def aws_store(aws: dict[str, object], fields: Mapping[str, str]) -> AwsSecretStore:
    name = uuid4().hex
    aws[name] = json.dumps(dict(fields))
    return AwsSecretStore(region="eu-central-1", name=name, endpoint=str(aws["endpoint"]))


@pytest.fixture(params=["environment", "files", "vault", "vault-approle", "aws"])
def made(request: pytest.FixtureRequest, tmp_path: Path) -> Made:
    def make(fields: Mapping[str, str]) -> SecretStore:
        if request.param == "environment":
            return LocalSecretStore([tmp_path], fields)
        if request.param == "files":
            for name, value in fields.items():
                (tmp_path / name).write_text(value + "\n")
            return LocalSecretStore([tmp_path / "none", tmp_path], {})
        if request.param == "aws":
            request.getfixturevalue("account")
            return aws_store(request.getfixturevalue("aws"), fields)
        server = request.getfixturevalue("vault")
        login = VaultLogin(token=_TOKEN) if request.param == "vault" else role(server)
        return VaultSecretStore(address(server), login=login, path=put(server, fields))

    return make


def role(server: Service) -> VaultLogin:
    """An AppRole that may read what the tests put there."""
    client = hvac.Client(url=address(server), token=_TOKEN)
    if "approle/" not in client.sys.list_auth_methods():
        client.sys.enable_auth_method("approle")
    client.sys.create_or_update_policy("reader", 'path "secret/data/tests/*" { capabilities = ["read"] }')
    client.auth.approle.create_or_update_approle("reader", token_policies=["reader"])
    role_id = client.auth.approle.read_role_id("reader")["data"]["role_id"]
    return VaultLogin(role_id=role_id, secret_id=client.auth.approle.generate_secret_id("reader")["data"]["secret_id"])


def test_a_secret_is_what_was_put(made: Made) -> None:
    store = made(_FIELDS)
    assert {name: store.get(name) for name in _FIELDS} == _FIELDS


def test_another_name_is_not_found(made: Made) -> None:
    with pytest.raises(NotFound, match="other"):
        made({"one": "1"}).get("other")


@pytest.mark.parametrize("name", ["", "../one", "a/b", ".hidden", "a b", "a\0"])
def test_what_is_no_name_is_refused(made: Made, name: str) -> None:
    with pytest.raises(InvalidRequest):
        made({"one": "1"}).get(name)


def test_a_token_that_an_agent_keeps_is_read_from_its_file(vault: Service, tmp_path: Path) -> None:
    (tmp_path / "token").write_text(_TOKEN + "\n")
    store = VaultSecretStore(address(vault), login=VaultLogin(token_file=tmp_path / "token"), path=put(vault, {"a": "1"}))
    assert store.get("a") == "1"
    with pytest.raises(SetupError, match="none"):
        VaultSecretStore(address(vault), login=VaultLogin(token_file=tmp_path / "none")).get("a")


def test_vault_that_refuses_is_told_from_one_that_is_silent(vault: Service) -> None:
    path = put(vault, {"a": "1"})
    with pytest.raises(SetupError, match="refuses us") as refused:
        VaultSecretStore(address(vault), login=VaultLogin(token="wrong-token"), path=path).get("a")
    assert "wrong-token" not in f"{refused.value} {refused.value.hint}"
    with pytest.raises(SetupError, match="refuses us"):
        VaultSecretStore(address(vault), login=VaultLogin(role_id="no", secret_id="no"), path=path).get("a")
    with pytest.raises(SetupError, match="sign in"):
        VaultSecretStore(address(vault), login=VaultLogin(), path=path).get("a")
    with pytest.raises(SourceUnavailable):
        VaultSecretStore(_NOWHERE, login=VaultLogin(token=_TOKEN)).get("a")
    with pytest.raises(NotFound):
        VaultSecretStore(address(vault), login=VaultLogin(token=_TOKEN), path="nothing/here").get("a")


@pytest.mark.usefixtures("account")
def test_aws_answers_when_vault_is_silent_and_only_then(vault: Service, aws: dict[str, object]) -> None:
    in_aws = aws_store(aws, {"a": "of AWS", "b": "of AWS"})
    silent = VaultSecretStore(_NOWHERE, login=VaultLogin(token=_TOKEN))
    assert WithFallback(silent, in_aws).get("a") == "of AWS"
    speaking = VaultSecretStore(address(vault), login=VaultLogin(token=_TOKEN), path=put(vault, {"a": "of Vault"}))
    assert WithFallback(speaking, in_aws).get("a") == "of Vault"
    with pytest.raises(NotFound):
        WithFallback(speaking, in_aws).get("b")
    with pytest.raises(SourceUnavailable, match="Vault"):
        WithFallback(silent, silent).get("a")


@pytest.mark.usefixtures("account")
def test_aws_that_has_no_such_secret_or_a_strange_one_says_so(aws: dict[str, object]) -> None:
    with pytest.raises(NotFound):
        AwsSecretStore(region="eu-central-1", name="none", endpoint=str(aws["endpoint"])).get("a")
    aws["text"] = "no json"
    aws["list"] = "[]"
    for name in ("text", "list"):
        with pytest.raises(SetupError, match="JSON"):
            AwsSecretStore(region="eu-central-1", name=name, endpoint=str(aws["endpoint"])).get("a")


@pytest.mark.usefixtures("aws")
def test_aws_that_nobody_answers_for_is_asked_again_later() -> None:
    with pytest.raises(SourceUnavailable):
        AwsSecretStore(region="eu-central-1", endpoint=_NOWHERE).get("a")


def test_settings_find_their_secrets_by_reference(vault: Service, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = put(vault, {"objects_secret": "from-the-vault", "news": "news-key"})
    for name, value in {
        "HOME": str(tmp_path),
        "SECRETS__KIND": "vault",
        "SECRETS__ADDRESS": address(vault),
        "SECRETS__TOKEN": _TOKEN,
        "SECRETS__PATH": path,
        "OBJECTS__KIND": "minio",
        "OBJECTS__ENDPOINT": "http://localhost:9000",
        "OBJECTS__ACCESS_KEY": "plain",
        "OBJECTS__SECRET_KEY": "secret:objects_secret",
        "NEWS_API__API_KEY": "secret:news",
    }.items():
        monkeypatch.setenv(f"WORKBENCH_{name}", value)
    settings = with_secrets(Settings.load())
    assert settings.objects.kind == "minio"
    assert settings.objects.secret_key.get_secret_value() == "from-the-vault"
    assert settings.objects.access_key.get_secret_value() == "plain"
    assert settings.news_api.api_key is not None
    assert settings.news_api.api_key.get_secret_value() == "news-key"
    assert "from-the-vault" not in repr(settings)
    assert with_secrets(settings) is settings
    monkeypatch.setenv("WORKBENCH_NEWS_API__API_KEY", "secret:missing")
    with pytest.raises(SetupError, match=r"WORKBENCH_NEWS_API__API_KEY.*missing"):
        with_secrets(Settings.load())


def test_settings_without_a_reference_ask_no_store(tmp_path: Path) -> None:
    settings = Settings.model_validate({"home": tmp_path, "secrets": {"kind": "vault", "address": _NOWHERE}})
    assert with_secrets(settings) is settings
