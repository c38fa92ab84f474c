"""The scripts for Vault on a real OpenBao, with raft storage and sealed as it is in production."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import hvac
import pytest

from tests.deploy.files import DEPLOY, run
from tests.deploy.role_stack import free_ports, until
from tests.services import program
from tests.test_settings import _names
from workbench.adapters.secret_store import VaultSecretStore
from workbench.adapters.vault.client import VaultLogin
from workbench.domain.errors import SetupError
from workbench.settings import Settings


@dataclass
class Server:
    """A server that was initialised; `token` is its administrator's, `key` unseals it."""

    folder: Path
    bao: str
    address: str
    process: subprocess.Popen[bytes] | None = None
    token: str = ""
    key: str = ""

    def start(self) -> None:
        with (self.folder / "server.log").open("ab") as log:
            command = [self.bao, "server", f"-config={self.folder / 'openbao.hcl'}"]
            self.process = subprocess.Popen(command, env=self._environment, stdout=log, stderr=log)
        until(lambda: self._status() != 1, (self.folder / "server.log").read_text())

    def stop(self) -> None:
        assert self.process is not None
        self.process.terminate()
        self.process.wait(timeout=30)

    def unseal(self) -> None:
        run(self.bao, "operator", "unseal", self.key, **self._environment)

    def script(self, name: str, **more: str) -> subprocess.CompletedProcess[str]:
        environment = self._environment | {"VAULT_ADDR": self.address, "VAULT_TOKEN": self.token, "VAULT_PROGRAM": self.bao}
        return subprocess.run(
            ["sh", DEPLOY / "vault" / f"{name}.sh"],
            env=environment | more,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    @property
    def client(self) -> hvac.Client:
        return hvac.Client(url=self.address, token=self.token)

    @property
    def _environment(self) -> dict[str, str]:
        return {"BAO_ADDR": self.address, "HOME": str(self.folder), "PATH": "/usr/bin:/bin"}

    def _status(self) -> int:
        return subprocess.run([self.bao, "status"], env=self._environment, capture_output=True, check=False).returncode


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """With the shipped settings, but for ports and folder."""
    folder = tmp_path_factory.mktemp("vault")
    port, cluster = free_ports(2)
    text = (DEPLOY / "openbao" / "openbao.hcl").read_text()
    for old, new in (("/openbao/file", f"{folder}/data"), ("0.0.0.0:8200", f"127.0.0.1:{port}"),
                     ("openbao:8200", f"127.0.0.1:{port}"), ("openbao:8201", f"127.0.0.1:{cluster}")):  # fmt: skip
        assert old in text, old
        text = text.replace(old, new)
    text = text.replace("tls_disable = true", f'tls_disable = true\n  cluster_address = "127.0.0.1:{cluster}"')
    (folder / "openbao.hcl").write_text(text)
    (folder / "data").mkdir()
    made = Server(folder, program("bao"), f"http://127.0.0.1:{port}")
    made.start()
    try:
        answer = run(made.bao, "operator", "init", "-key-shares=1", "-key-threshold=1", "-format=json", **made._environment)
        keys: dict[str, Any] = json.loads(answer)
        made.token, made.key = keys["root_token"], keys["unseal_keys_b64"][0]
        yield made
    finally:
        made.stop()


def test_a_sealed_or_silent_server_is_said_in_one_line(server: Server) -> None:
    done = server.script("setup")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.count("\n") == 1
    assert "sealed or not initialised" in done.stderr
    silent = server.script("setup", VAULT_ADDR="http://127.0.0.1:9")
    assert "no server answers at http://127.0.0.1:9" in silent.stderr


def test_the_workbench_reads_its_secret_and_no_other(server: Server, tmp_path: Path) -> None:
    server.unseal()
    until(lambda: server.client.sys.read_leader_status().get("is_self", False), "a leader")
    (tmp_path / "signing_key").write_text("s" * 32)
    (tmp_path / "metrics_token").write_text("@not-a-file")
    done = server.script("setup", SECRETS_FOLDER=str(tmp_path))
    assert done.returncode == 0, done.stderr
    settings = dict(line.split("=", 1) for line in done.stdout.splitlines())
    assert set(settings) <= {name for name, _ in _names(Settings)}
    server.client.secrets.kv.v2.create_or_update_secret("other", {"signing_key": "o"}, mount_point="secret")
    login = VaultLogin(role_id=settings["WORKBENCH_SECRETS__ROLE_ID"], secret_id=settings["WORKBENCH_SECRETS__SECRET_ID"])
    store = VaultSecretStore(settings["WORKBENCH_SECRETS__ADDRESS"], login=login)
    assert (store.get("signing_key"), store.get("metrics_token")) == ("s" * 32, "@not-a-file")
    with pytest.raises(SetupError):
        VaultSecretStore(server.address, login=login, path="other").get("signing_key")
    # Again: what is there stays, although the files say something else.
    (tmp_path / "signing_key").write_text("another")
    assert server.script("setup", SECRETS_FOLDER=str(tmp_path)).returncode == 0
    assert VaultSecretStore(server.address, login=login).get("signing_key") == "s" * 32
    assert "refuses VAULT_TOKEN" in server.script("setup", VAULT_TOKEN="s.wrong").stderr


def test_a_snapshot_brings_back_what_was_there(server: Server, tmp_path: Path) -> None:
    secrets = server.client.secrets.kv.v2
    secrets.create_or_update_secret("workbench", {"signing_key": "before"}, mount_point="secret")
    done = server.script("snapshot", SNAPSHOTS=str(tmp_path))
    assert done.returncode == 0, done.stderr
    file = Path(done.stdout.strip())
    assert file.stat().st_mode & 0o777 == 0o600
    secrets.create_or_update_secret("workbench", {"signing_key": "after"}, mount_point="secret")
    run(server.bao, "operator", "raft", "snapshot", "restore", file, **server._environment, BAO_TOKEN=server.token)

    def stored() -> str:
        answer = secrets.read_secret_version("workbench", mount_point="secret", raise_on_deleted_version=True)
        return str(answer["data"]["data"]["signing_key"])

    until(lambda: stored() == "before", "the snapshot")
