"""Real servers of the service stack for the tests: each on a loopback port of its own, ended with its block."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import pytest

from workbench.adapters.bucket_rules import BucketRules
from workbench.adapters.minio_store import MinioStore

ACCESS_KEY, SECRET_KEY = "workbench-test", "workbench-test-secret"


@dataclass
class Service:
    """A program that listens on `port`; `stop` kills it as a crash would, `start` runs it again over the same data."""

    command: list[str]
    port: int
    environment: dict[str, str]
    folder: Path
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with (self.folder / "server.log").open("ab") as log:
            self.process = subprocess.Popen(
                self.command, cwd=self.folder, env=os.environ | self.environment, stdout=log, stderr=log
            )
        _wait(lambda: _listens(self.port), f"{self.command[0]} on port {self.port}")

    def stop(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None


@contextmanager
def s3_server(folder: Path) -> Iterator[Service]:
    """An S3 server over `folder` with the keys ACCESS_KEY and SECRET_KEY."""
    port = _free_port()
    command = [program("nanio"), "serve", "--host", "127.0.0.1", "--port", str(port), "--data-dir", "data"]
    keys = {"NANIO_ACCESS_KEY": ACCESS_KEY, "NANIO_SECRET_KEY": SECRET_KEY}
    with _running(Service([*command, "--no-access-log"], port, keys, folder)) as service:
        yield service


@contextmanager
def versioned_s3_server(folder: Path) -> Iterator[Service]:
    """An S3 server that keeps versions of objects and replication rules, in memory; it copies nothing."""
    port = _free_port()
    with _running(Service([program("moto_server"), "-H", "127.0.0.1", "-p", str(port)], port, {}, folder)) as service:
        yield service


def minio_store(
    port: int, *, bucket: str | None = None, secret_key: str = SECRET_KEY, rules: BucketRules | None = None
) -> MinioStore:
    """A store on the S3 server of that port, in a bucket of its own."""
    return MinioStore(
        f"http://127.0.0.1:{port}",
        bucket=bucket or f"b{uuid4().hex}",
        access_key=ACCESS_KEY,
        secret_key=secret_key,
        rules=rules,
    )


@contextmanager
def redis_server(folder: Path) -> Iterator[Service]:
    """A Redis with nothing in it, kept in memory only."""
    port = _free_port()
    command = [program("redis-server"), "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
    with _running(Service(command, port, {}, folder)) as service:
        yield service


@contextmanager
def vault_server(folder: Path, *, token: str) -> Iterator[Service]:
    """An OpenBao in its development mode: unsealed, in memory, with the root token `token`."""
    port = _free_port()
    command = [program("bao"), "server", "-dev", f"-dev-root-token-id={token}", f"-dev-listen-address=127.0.0.1:{port}"]
    with _running(Service([*command, "-dev-no-store-token"], port, {"HOME": str(folder)}, folder)) as service:
        yield service


@contextmanager
def _running(service: Service) -> Iterator[Service]:
    service.folder.mkdir(parents=True, exist_ok=True)
    service.start()
    try:
        yield service
    finally:
        service.stop()


def program(name: str) -> str:
    """The path of a program of the environment or of the system; the test is skipped without it."""
    found = shutil.which(name, path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}")
    if found is None:
        pytest.skip(f"{name} is not installed")
    return found


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(0.2)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _wait(is_done: Callable[[], bool], what: str, *, seconds: float = 30.0) -> None:
    until = time.monotonic() + seconds
    while not is_done():
        if time.monotonic() > until:
            raise TimeoutError(f"{what} did not start")
        time.sleep(0.02)
