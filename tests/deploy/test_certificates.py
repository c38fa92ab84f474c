"""Certificates of the internal authority of a real OpenBao, and the services that the workbench asks over TLS with them."""

from __future__ import annotations

import os
import shutil
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from cryptography import x509

from db.engine import Database
from tests.deploy.archived_server import PROGRAMS, user
from tests.deploy.files import DEPLOY, tool
from tests.deploy.role_stack import free_ports, until
from tests.services import Service, program, vault_server
from workbench.adapters.cache import RedisCache
from workbench.domain.errors import DatabaseUnavailable, SourceUnavailable

_TOKEN = "root-token-of-the-tests"


class Authority:
    """OpenBao with the authority that setup.sh makes; `folder` is for certificates."""

    def __init__(self, server: Service, folder: Path) -> None:
        self.folder = folder
        self._environment = {
            "PATH": f"/usr/bin:/bin:{os.environ['PATH']}", "HOME": str(folder), "VAULT_PROGRAM": program("bao"),
            "VAULT_ADDR": f"http://127.0.0.1:{server.port}", "VAULT_TOKEN": _TOKEN,
        }  # fmt: skip

    def script(self, name: str, *arguments: str | Path, **more: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["sh", DEPLOY / "vault" / f"{name}.sh", *arguments], env=self._environment | more, capture_output=True, text=True,
            timeout=60, check=False,
        )  # fmt: skip

    def issue(self, name: str, *address: str) -> Path:
        done = self.script("certificate", name, self.folder / name, *address)
        assert done.returncode == 0, done.stderr
        return self.folder / name


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Authority]:
    tool("openssl")
    folder = tmp_path_factory.mktemp("authority")
    with vault_server(folder / "vault", token=_TOKEN) as server:
        made = Authority(server, folder)
        for _ in range(2):  # what is there stays
            done = made.script("setup", PKI_DOMAIN="internal", TRANSIT="workbench")
            assert done.returncode == 0, done.stderr
            assert "WORKBENCH_SECRETS__TRANSIT=workbench\n" in done.stdout
        yield made


def certificate(folder: Path, name: str = "server.crt") -> x509.Certificate:
    return x509.load_pem_x509_certificate((folder / name).read_bytes())


def test_a_certificate_is_issued_for_90_days_and_renewed_before_its_end(authority: Authority) -> None:
    folder = authority.issue("database")
    first = certificate(folder)
    first.verify_directly_issued_by(certificate(folder, "ca.crt"))
    names = first.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == ["database"]
    left = first.not_valid_after_utc - datetime.now(UTC)
    assert left.days == 89
    assert (folder / "server.key").stat().st_mode & 0o777 == 0o600
    authority.issue("database")
    assert certificate(folder).serial_number == first.serial_number
    # One that ends within 30 days is replaced.
    subprocess.run(
        ["openssl", "req", "-x509", "-key", folder / "server.key", "-days", "29", "-subj", "/CN=database",
         "-out", folder / "server.crt"], check=True, capture_output=True,
    )  # fmt: skip
    authority.issue("database")
    assert (certificate(folder).not_valid_after_utc - datetime.now(UTC)).days == 89
    assert {path.name for path in folder.iterdir()} == {"server.crt", "server.key", "ca.crt"}


def test_names_of_others_are_refused_in_one_line(authority: Authority) -> None:
    done = authority.script("certificate", "bank.example.org", authority.folder / "bank")
    assert done.returncode == 1
    [line] = done.stderr.splitlines()
    assert line.startswith("certificate: the server issued none for bank.example.org")
    assert not list((authority.folder / "bank").glob("server.*"))


def test_redis_answers_over_tls_to_who_trusts_the_authority(authority: Authority, tmp_path: Path) -> None:
    folder, [port] = authority.issue("cache", "127.0.0.1"), free_ports(1)
    files = {"cert": "server.crt", "key": "server.key", "ca-cert": "ca.crt"}
    command = [program("redis-server"), "--port", "0", "--tls-port", str(port), "--bind", "127.0.0.1", "--save", ""]
    command += [part for name, file in files.items() for part in (f"--tls-{name}-file", str(folder / file))]
    command += ["--tls-auth-clients", "no", "--requirepass", "p"]
    with (tmp_path / "log").open("wb") as log:
        server = subprocess.Popen(command, cwd=tmp_path, stdout=log, stderr=log)
    try:
        address = f"rediss://:p@127.0.0.1:{port}/0"
        with closing(RedisCache(f"{address}?ssl_ca_certs={folder / 'ca.crt'}", timeout_seconds=5)) as cache:

            def answers() -> bool:
                try:
                    return bool(cache.version())
                except SourceUnavailable:  # it has not started
                    return False

            until(answers, "Redis over TLS", seconds=20)
        # Somebody who does not know the authority believes nobody.
        with (
            closing(RedisCache(address, timeout_seconds=5)) as stranger,
            pytest.raises(SourceUnavailable, match="CERTIFICATE_VERIFY_FAILED"),
        ):
            stranger.version()
        presented = ssl.get_server_certificate(("127.0.0.1", port))
        assert x509.load_pem_x509_certificate(presented.encode()) == certificate(folder)
    finally:
        server.terminate()
        server.wait(timeout=30)


def _another_authority(folder: Path) -> Path:
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=another",
         "-keyout", folder / "another.key", "-out", folder / "another.crt"], check=True, capture_output=True,
    )  # fmt: skip
    return folder / "another.crt"


@pytest.mark.drill
def test_postgresql_answers_over_tls_to_who_trusts_the_authority(authority: Authority) -> None:
    """The embedded server is built without TLS; this is Debian's."""
    issued, [port] = authority.issue("localhost"), free_ports(1)
    with TemporaryDirectory(prefix="wbtls-") as temporary:
        folder = Path(temporary)
        for name in ("server.crt", "server.key"):
            shutil.copy(issued / name, folder)
        if user():
            for path in (folder, *folder.iterdir()):
                shutil.chown(path, "postgres", "postgres")
        options = f"-p {port} -k {folder} -c ssl=on -c ssl_cert_file={folder}/server.crt -c ssl_key_file={folder}/server.key"
        control = [PROGRAMS / "pg_ctl", "-D", folder / "data"]
        made = [PROGRAMS / "initdb", "-D", folder / "data", "-U", "workbench", "-A", "trust"]
        for command in (made, [*control, "-w", "-l", folder / "log", "-o", options, "start"]):
            subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL, timeout=60, **user())  # type: ignore[call-overload]
        try:
            url = f"postgresql://workbench@localhost:{port}/postgres?sslmode=verify-full"
            with closing(Database(f"{url}&sslrootcert={issued / 'ca.crt'}")) as database, database.read() as connection:
                row = connection.exec_driver_sql("select ssl, version from pg_stat_ssl where pid = pg_backend_pid()").one()
            assert tuple(row) == (True, "TLSv1.3")
            with (
                closing(Database(f"{url}&sslrootcert={_another_authority(folder)}")) as stranger,
                pytest.raises(DatabaseUnavailable, match="certificate verify failed"),
                stranger.read(),
            ):
                pass
        finally:
            subprocess.run([*control, "-m", "fast", "stop"], check=False, stdout=subprocess.DEVNULL, timeout=60, **user())  # type: ignore[call-overload]
