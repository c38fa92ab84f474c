"""The guide's steps in a Docker Engine of the tests' own: built, started, used, restarted, stopped and started again."""

from __future__ import annotations

import json
import os
import re
import shutil
import ssl
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx
import pytest
import yaml

from tests.conftest import MIRROR
from tests.deploy.engine import MISSING, ROOT, Engine, build_images, docker_engine
from tests.deploy.role_stack import free_ports

pytestmark = [pytest.mark.stack, pytest.mark.mirror, pytest.mark.timeout(3600)]

USER, PASSWORD = "ada", "a-long-Passphrase-42!"
_LEFT_BEHIND = (
    ".git",
    ".venv",
    ".dbt",
    ".tools",
    "secrets",
    ".env",
    "workbench.env",
    "__pycache__",
    ".*_cache",
    ".hypothesis",
)


@dataclass(frozen=True)
class Stack:
    """`folder` is the `deploy` of a fresh checkout, `url` what browsers open."""

    engine: Engine
    folder: Path
    http: int
    https: int

    @property
    def url(self) -> str:
        return f"https://localhost:{self.https}"

    def compose(self, *arguments: str | Path, seconds: float = 600) -> str:
        return self.engine.run_compose(*arguments, cwd=self.folder, seconds=seconds)

    def run(self, service: str, *command: str) -> str:
        return self.compose("exec", "-T", service, *command)

    def containers(self) -> list[dict[str, Any]]:
        ids = self.compose("ps", "--all", "--quiet").split()
        found: list[dict[str, Any]] = json.loads(self.engine.docker("inspect", *ids))
        return found

    def await_healthy(self) -> None:
        until(lambda: all(_is_well(each) for each in self.containers()), lambda: self.compose("ps", "--all"))


def _is_well(container: dict[str, Any]) -> bool:
    state = container["State"]
    if container["HostConfig"]["RestartPolicy"]["Name"] == "on-failure":  # it ends by itself
        return (state["Status"], state["ExitCode"]) == ("exited", 0)
    return state["Status"] == "running" and state.get("Health", {"Status": "healthy"})["Status"] == "healthy"


def until(is_so: Callable[[], bool], what: Callable[[], str], *, seconds: float = 300) -> None:
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline, what()
        time.sleep(1)


def service_of(container: dict[str, Any]) -> str:
    return str(container["Config"]["Labels"]["com.docker.compose.service"])


@pytest.fixture(scope="module")
def stack() -> Iterator[Stack]:
    """The services that packages offer, as the guide starts them: `setup.sh`, then `docker compose up`."""
    # No folder of pytest's, which runs that start meanwhile may remove.
    with TemporaryDirectory(prefix="wbstack-") as temporary, docker_engine(Path(temporary) / "docker") as engine:
        work = Path(temporary)
        build_images(engine, work)
        checkout = work / "checkout"
        shutil.copytree(ROOT, checkout, ignore=shutil.ignore_patterns(*_LEFT_BEHIND))
        folder, (http, https) = checkout / "deploy", free_ports(2)
        environment = {"HTTP_PORT": str(http), "HTTPS_PORT": str(https), "WORKBENCH_CONTACT": "Ada O'Brien ada@example.org"}
        subprocess.run(["sh", folder / "setup.sh"], env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin"} | environment, check=True)
        chosen = (folder / ".env").read_text().replace("metrics,grafana,logs", "metrics")
        (folder / ".env").write_text(chosen)
        running = Stack(engine, folder, http, https)
        try:
            running.compose("up", "--detach", "--no-build")
            running.await_healthy()
            yield running
        finally:
            running.compose("--profile", "*", "down", "--volumes", "--timeout", "20")


@pytest.fixture(scope="module")
def filled(stack: Stack) -> Stack:
    """With an account and a company: Apple's annual reports of the recorded filings, read by the container of the jobs."""
    engine, image = stack.engine, _compose()["api"]["image"]
    command = "mkdir /home/mirror && cp -r /from/. /home/mirror/ && chmod -R u+w /home/mirror"
    volumes = ("--volume", "workbench_home:/home", "--volume", f"{MIRROR}:/from:ro")
    engine.docker("run", "--rm", "--user", "10001", *volumes, image, "sh", "-c", command)
    stack.run("jobs", "sh", "-c", "workbench ingest AAPL --edgar /var/lib/workbench/mirror --forms 10-K --since 2024-01-01")
    stack.run("api", "sh", "-c", f"printf %s '{PASSWORD}' | workbench users add {USER} --role administrator")
    return stack


@pytest.fixture
def browser(filled: Stack) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=filled.url, verify=False, timeout=60) as client:
        sign_in(client)
        yield client


def sign_in(client: httpx.Client) -> None:
    answer = client.post("/api/v1/auth/session", data={"username": USER, "password": PASSWORD, "next": "/company"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/company")


def _compose() -> dict[str, Any]:
    services: dict[str, Any] = yaml.safe_load((ROOT / "deploy" / "compose.yaml").read_text())["services"]
    return services


def revenue(client: httpx.Client) -> str:
    """Apple's net sales of the fiscal year 2024: 391,035 million dollars on page 29 of its annual report."""
    answer = client.get("/api/v1/companies/AAPL/statements/income", params={"periods": 2})
    assert answer.status_code == 200, answer.text
    [line] = [each for each in answer.json()["lines"] if each["line"] == "revenue"]
    return str(line["values"][0]["value"])


def test_what_starts_is_closed_as_the_files_say(stack: Stack) -> None:
    started = {service_of(each) for each in stack.containers()}
    optional = {name for name, each in _compose().items() if set(each.get("profiles", [])) - {"metrics"}}
    assert started == set(_compose()) - optional
    assert set(MISSING) <= optional
    for container in stack.containers():
        service, host = service_of(container), container["HostConfig"]
        published = [int(each["HostPort"]) for ports in (host["PortBindings"] or {}).values() for each in ports]
        assert sorted(published) == (sorted((stack.http, stack.https)) if service == "nginx" else []), service
        assert host["CapDrop"] == ["ALL"]
        assert host["Memory"] > 0
        if service in {"api", "pages", "jobs", "nginx", "cache"}:
            assert host["ReadonlyRootfs"], service
    for role in ("api", "pages", "jobs"):
        assert stack.run(role, "id", "-u").strip() == "10001"
    # The database has no way out, and the folder of the secrets none in.
    assert stack.run("database", "sh", "-c", "getent hosts example.org || echo none").strip() == "none"
    assert (stack.folder / "secrets").stat().st_mode & 0o777 == 0o700


def test_the_image_holds_what_runs_and_no_secret(stack: Stack) -> None:
    size = int(stack.engine.docker("inspect", "--format", "{{.Size}}", _compose()["api"]["image"]))
    print(f"the image has {size / 1e9:.2f} GB")  # noqa: T201
    assert size < 2.1e9
    inside = stack.run("api", "sh", "-c", "ls -A /srv/workbench; python -m pytest --version 2>&1 || true")
    assert not set(inside.split()) & {"deploy", "tests", ".git", ".env"}
    assert "No module named pytest" in inside


def test_a_browser_signs_in_and_finds_what_was_ingested(browser: httpx.Client, filled: Stack) -> None:
    redirect = httpx.get(f"http://localhost:{filled.http}/company?q=AAPL")
    assert redirect.headers["location"] == f"{filled.url}/company?q=AAPL"
    assert revenue(browser) == "391035000000"
    found = browser.get("/api/v1/search", params={"q": "supply chain disruptions and outsourcing partners", "k": 3}).json()
    assert found["hits"], found
    assert {hit["company"] for hit in found["hits"]} == {"AAPL"}
    page = browser.get("/company?q=AAPL")
    assert page.status_code == 200
    assert "Apple" in page.text
    assert page.headers["strict-transport-security"] == "max-age=31536000"
    assert browser.get("/metrics").status_code == 404


def test_a_report_is_ordered_and_printed(browser: httpx.Client) -> None:
    order = {"notebook": "company_review", "parameters": {"ticker": "AAPL"}}
    answer = browser.post("/api/v1/reports", json=order, headers={"Origin": str(browser.base_url)})
    assert answer.status_code == 202, answer.text
    number = answer.json()["report_id"]
    until(
        lambda: browser.get(f"/api/v1/reports/{number}").json()["status"] not in {"queued", "running"},
        lambda: browser.get(f"/api/v1/reports/{number}").text,
    )
    printed = browser.get(f"/api/v1/reports/{number}/file", params={"format": "pdf"})
    assert printed.content.startswith(b"%PDF"), printed.text[:500]


def test_every_target_of_prometheus_is_up(filled: Stack) -> None:
    def down() -> list[str]:
        text = filled.run("prometheus", "wget", "-qO-", "http://127.0.0.1:9090/api/v1/targets")
        targets = json.loads(text)["data"]["activeTargets"]
        assert len(targets) > 4
        return [f"{each['scrapeUrl']}: {each['lastError']}" for each in targets if each["health"] != "up"]

    until(lambda: not down(), lambda: str(down()), seconds=90)


def ask_database(stack: Stack, statement: str) -> str:
    """What psql prints, as the owner of the tables."""
    return stack.run("database", "psql", "-qAtU", "workbench", "-h", "/home/postgres/pgdata", "-c", statement).strip()


def await_archive(stack: Stack) -> None:
    """Until all that was written is in the archive."""
    written = ask_database(stack, "select pg_walfile_name(pg_switch_wal())")
    archived = "select coalesce(max(last_archived_wal), '') from pg_stat_archiver"
    until(lambda: ask_database(stack, archived) >= written, lambda: stack.compose("logs", "--tail", "30", "database"))


def test_wal_is_archived_and_a_backup_was_made_and_restored_by_itself(filled: Stack) -> None:
    def asked(name: str) -> float:
        text = filled.run("prometheus", "wget", "-qO-", f"http://127.0.0.1:9090/api/v1/query?query={name}")
        return max((float(each["value"][1]) for each in json.loads(text)["data"]["result"]), default=0.0)

    until(lambda: asked("workbench_backup_verified") == 1, lambda: filled.compose("logs", "--tail", "30", "backup"))
    assert asked("workbench_backup_timestamp_seconds") > time.time() - 3600
    await_archive(filled)


def test_the_database_comes_back_as_it_was_at_a_moment(filled: Stack) -> None:
    moment = ask_database(filled, "select clock_timestamp() at time zone 'UTC' || '+00'")
    time.sleep(1.1)
    ask_database(filled, "create table mistake ()")
    await_archive(filled)
    filled.compose("stop")
    restore = ("--rm", "--no-deps", "--entrypoint", "sh", "backup", "/etc/workbench-backup/restore.sh", "--target", moment)
    assert "start the server" in filled.compose("run", *restore)
    filled.compose("up", "--detach", "--no-build")
    filled.await_healthy()
    assert ask_database(filled, "select to_regclass('mistake')") == ""
    with httpx.Client(base_url=filled.url, verify=False, timeout=60) as client:
        sign_in(client)
        assert revenue(client) == "391035000000"


def test_a_new_certificate_is_served_without_a_restart(filled: Stack) -> None:
    def subject() -> str:
        return ssl.get_server_certificate(("localhost", filled.https))

    before, tls = subject(), filled.folder / "secrets" / "tls"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
         "-keyout", tls / "server.key", "-out", tls / "server.crt"],
        check=True, capture_output=True,
    )  # fmt: skip
    (tls / "server.key").chmod(0o644)
    until(lambda: subject() != before, lambda: filled.compose("logs", "nginx"), seconds=60)


def test_each_container_can_be_restarted(browser: httpx.Client, filled: Stack) -> None:
    for container in filled.containers():
        filled.engine.docker("restart", "--time", "20", container["Id"])
        filled.await_healthy()
        until(lambda: browser.get("/api/v1/health/ready").status_code == 200, lambda: filled.compose("logs", "--tail", "50"))
        assert revenue(browser) == "391035000000", service_of(container)
    assert browser.get("/company?q=AAPL").status_code == 200


def test_replicas_are_found_when_their_number_changes(filled: Stack) -> None:
    filled.compose("up", "--detach", "--no-build", "--scale", "api=3", "--no-recreate")
    filled.await_healthy()

    def addresses() -> set[str]:
        with httpx.Client(base_url=filled.url, verify=False, timeout=60) as client:
            for _ in range(9):
                client.get("/api/v1/health/live")
        return set(
            re.findall(r'"/api/v1/health/live".*"upstream":"([\d.:]+)"', filled.compose("logs", "--tail", "30", "nginx"))
        )

    until(lambda: len(addresses()) == 3, lambda: filled.compose("logs", "--tail", "30", "nginx"), seconds=60)


def test_down_and_up_again_finds_everything(filled: Stack) -> None:
    filled.compose("down", "--timeout", "20")
    filled.compose("up", "--detach", "--no-build")
    filled.await_healthy()
    with httpx.Client(base_url=filled.url, verify=False, timeout=60) as client:
        sign_in(client)
        assert revenue(client) == "391035000000"
        assert client.get("/api/v1/reports").json()["reports"]


def test_secrets_come_from_openbao_after_the_steps_of_the_guide(filled: Stack) -> None:
    def bao(*arguments: str) -> str:
        command = [filled.engine.compose, "exec", "-T", "openbao", "bao", *arguments]
        environment = os.environ | {"DOCKER_HOST": filled.engine.host}
        # The exit status says whether it is sealed, and not every Compose passes it on.
        ran = subprocess.run(
            command, cwd=filled.folder, env=environment, capture_output=True, text=True, timeout=60, check=False
        )
        return ran.stdout

    (filled.folder / ".env").write_text((filled.folder / ".env").read_text().replace("=metrics\n", "=metrics,openbao\n"))
    filled.compose("up", "--detach", "--no-build", "openbao")
    until(lambda: '"sealed": true' in bao("status", "-format=json"), lambda: filled.compose("logs", "openbao"))
    keys = json.loads(bao("operator", "init", "-format=json"))
    for key in keys["unseal_keys_b64"][:3]:
        said = bao("operator", "unseal", "-format=json", key)
    assert '"sealed": false' in said
    mounted = ("-v", "./vault:/vault:ro", "-v", "./secrets:/run/deploy:ro", "--entrypoint", "sh")
    given = {"VAULT_PROGRAM": "bao", "VAULT_ADDR": "http://openbao:8200", "VAULT_TOKEN": keys["root_token"]}
    named = [part for item in (given | {"SECRETS_FOLDER": "/run/deploy"}).items() for part in ("-e", "=".join(item))]
    user = ("--user", str((filled.folder / "secrets").stat().st_uid))
    printed = filled.compose("run", "--rm", "--no-deps", "-T", *user, *mounted, *named, "openbao", "/vault/setup.sh")
    (filled.folder / "workbench.env").write_text(printed)
    filled.compose("up", "--detach", "--no-build")
    filled.await_healthy()
    assert "WORKBENCH_SECRETS__KIND=vault" in filled.run("api", "env")
    with httpx.Client(base_url=filled.url, verify=False, timeout=60) as client:
        sign_in(client)
        assert revenue(client) == "391035000000"
