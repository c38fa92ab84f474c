"""Information goes by mail once a day: a real Alertmanager, with what run.sh makes of the shipped file, and a mail server."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from email import message_from_bytes
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from aiosmtpd.controller import Controller

from tests.deploy.files import DEPLOY, tool
from tests.deploy.role_stack import free_ports, until

FOLDER = DEPLOY / "alertmanager"
MAIL = {"ALERT_MAIL_TO": "ops@example.org", "ALERT_MAIL_FROM": "workbench@example.org"}


def configured(folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """What run.sh starts in place of Alertmanager: a program that says how it was called."""
    files = {"CONFIG_FOLDER": str(FOLDER), "CONFIG_FILE": str(folder / "made.yml"), "ALERTMANAGER": "echo"}
    return subprocess.run(
        ["sh", FOLDER / "run.sh", "--storage.path=x"], env=os.environ | files | environment, capture_output=True, text=True,
        check=False,
    )  # fmt: skip


def test_without_an_address_the_file_stays_as_it_is(tmp_path: Path) -> None:
    done = configured(tmp_path, ALERT_MAIL_TO="")
    assert done.stdout == f"--config.file={tmp_path / 'made.yml'} --storage.path=x\n"
    assert (tmp_path / "made.yml").read_text() == (FOLDER / "alertmanager.yml").read_text()


def test_information_goes_by_mail_and_warnings_stay_where_they_are(tmp_path: Path) -> None:
    assert configured(tmp_path, **MAIL, ALERT_MAIL_SERVER="mail.example.org:587", ALERT_MAIL_USER="u").returncode == 0
    made: dict[str, Any] = yaml.safe_load((tmp_path / "made.yml").read_text())
    receivers = {route["matchers"][0]: route["receiver"] for route in made["route"]["routes"]}
    assert receivers == {"severity = critical": "pagerduty", "severity = info": "mail"}
    assert made["route"]["receiver"] == "slack"
    (mail,) = [each["email_configs"][0] for each in made["receivers"] if each["name"] == "mail"]
    assert (mail["smarthost"], mail["require_tls"]) == ("mail.example.org:587", True)
    assert mail["auth_password_file"] == "/run/secrets/alert_mail_password"
    refused = configured(tmp_path, **MAIL | {"ALERT_MAIL_TO": 'a"b'}, ALERT_MAIL_SERVER="mail:25")
    assert (refused.returncode, "cannot stand in ALERT_MAIL_*" in refused.stderr) == (1, True)
    assert configured(tmp_path, **MAIL).returncode != 0  # no server


class Mailbox:
    """Keeps what a mail server gets."""

    def __init__(self) -> None:
        self.messages: list[Any] = []

    async def handle_DATA(self, _server: object, _session: object, envelope: Any) -> str:  # noqa: N802
        self.messages.append(message_from_bytes(envelope.content))
        return "250 taken"


@pytest.fixture
def mailbox() -> Iterator[tuple[Mailbox, int]]:
    box = Mailbox()
    (port,) = free_ports(1)
    server = Controller(box, hostname="127.0.0.1", port=port)
    server.start()
    yield box, port
    server.stop()


def test_alertmanager_sends_the_mail(mailbox: tuple[Mailbox, int], tmp_path: Path) -> None:
    box, mail_port = mailbox
    (port,) = free_ports(1)
    text = (FOLDER / "alertmanager.yml").read_text()
    quick = tmp_path / "config"
    quick.mkdir()
    (quick / "alertmanager.yml").write_text(text.replace("group_wait: 5m", "group_wait: 0s"))
    environment = os.environ | MAIL | {
        "CONFIG_FOLDER": str(quick), "CONFIG_FILE": str(tmp_path / "made.yml"),
        "ALERTMANAGER": tool("prometheus-alertmanager"),
        "ALERT_MAIL_SERVER": f"127.0.0.1:{mail_port}", "ALERT_MAIL_TLS": "false",
    }  # fmt: skip
    command = ["sh", FOLDER / "run.sh", f"--storage.path={tmp_path / 'data'}", f"--web.listen-address=127.0.0.1:{port}",
               "--cluster.listen-address="]  # fmt: skip
    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
    address = f"http://127.0.0.1:{port}"
    try:
        until(lambda: _answers(f"{address}/-/ready"), (tmp_path / "log").read_text())
        alert = {
            "labels": {"alertname": "UnusualTraffic", "severity": "info"},
            "annotations": {"summary": "Three times as much"},
        }
        assert httpx.post(f"{address}/api/v2/alerts", json=[alert]).status_code == 200
        until(lambda: bool(box.messages), (tmp_path / "log").read_text())
    finally:
        process.terminate()
        process.wait(timeout=20)
    (message,) = box.messages
    assert (message["To"], message["From"]) == ("ops@example.org", "workbench@example.org")
    assert "UnusualTraffic" in message["Subject"]


def _answers(address: str) -> bool:
    try:
        return httpx.get(address).status_code == 200
    except httpx.HTTPError:
        return False
