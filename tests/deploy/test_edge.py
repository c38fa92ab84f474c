"""nginx as the Compose stack runs it: what it passes on, what it refuses, and a new certificate without a lost connection."""

from __future__ import annotations

import http.client
import json
import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest

from tests.deploy.edge import NGINX, make_certificate, write_configuration
from tests.deploy.files import tool
from tests.deploy.role_stack import free_ports, until

_GO_ON = threading.Event()


class _Echo(BaseHTTPRequestHandler):
    """Answers with the headers that it received; below /slow the second half comes when the test says so."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        body = json.dumps({name.lower(): value for name, value in self.headers.items()}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("X-Accel-Buffering", "no")
        self.end_headers()
        self.wfile.write(body[:1])
        if self.path.startswith("/slow"):
            _GO_ON.wait(timeout=60)
        self.wfile.write(body[1:])

    def log_message(self, *arguments: object) -> None: ...


@dataclass(frozen=True)
class Edge:
    folder: Path
    http: int
    https: int
    server: subprocess.Popen[bytes]

    def get(self, path: str, **headers: str) -> httpx.Response:
        return httpx.get(f"https://127.0.0.1:{self.https}{path}", verify=False, headers=headers)

    @property
    def certificate(self) -> str:
        return ssl.get_server_certificate(("127.0.0.1", self.https))


@pytest.fixture(scope="module")
def edge(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Edge]:
    nginx, openssl = tool("nginx"), tool("openssl")
    folder = tmp_path_factory.mktemp("edge")
    (folder / "acme" / ".well-known" / "acme-challenge").mkdir(parents=True)
    (folder / "acme" / ".well-known" / "acme-challenge" / "token").write_text("proof")
    make_certificate(openssl, folder)
    behind = ThreadingHTTPServer(("127.0.0.1", 0), _Echo)
    threading.Thread(target=behind.serve_forever, daemon=True).start()
    ports = free_ports(2)
    configuration = write_configuration(folder, behind.server_port, [behind.server_port], (ports[0], ports[1]))
    environment = {"PATH": f"{Path(nginx).parent}:/usr/bin:/bin", "HTTPS_PORT": str(ports[1]), "LOOK_SECONDS": "0.2"}
    environment |= {"TLS_FOLDER": str(folder), "STATE_FOLDER": str(folder)}
    with (folder / "run.log").open("wb") as log:
        server = subprocess.Popen(["sh", NGINX / "run.sh", configuration], env=environment, stderr=log)
    try:
        until(lambda: _answers(ports[1]), "nginx")
        yield Edge(folder, ports[0], ports[1], server)
    finally:
        server.terminate()
        assert server.wait(timeout=30) == 0
        behind.shutdown()
        behind.server_close()


def _answers(port: int) -> bool:
    try:
        return httpx.get(f"https://127.0.0.1:{port}/", verify=False).status_code == 200
    except httpx.HTTPError:
        return False


def test_the_processes_behind_learn_the_address_that_the_browser_used(edge: Edge) -> None:
    headers = edge.get(
        "/api/v1/companies", **{"X-Forwarded-For": "203.0.113.9", "X-Forwarded-Host": "evil.example.org"}
    ).json()
    address = f"127.0.0.1:{edge.https}"
    assert (headers["host"], headers["x-forwarded-host"], headers["x-forwarded-proto"]) == (address, address, "https")
    assert headers["x-forwarded-for"] == "127.0.0.1"
    assert "connection" not in headers or headers["connection"] != "upgrade"
    asked = edge.get("/company/ws", Upgrade="websocket", Connection="Upgrade").json()
    assert (asked["upgrade"], asked["connection"]) == ("websocket", "upgrade")


def test_plain_http_serves_the_authority_and_sends_everybody_else_to_the_published_port(edge: Edge) -> None:
    plain = f"http://127.0.0.1:{edge.http}"
    assert httpx.get(f"{plain}/.well-known/acme-challenge/token").text == "proof"
    answer = httpx.get(f"{plain}/company?q=AAPL")
    assert (answer.status_code, answer.headers["location"]) == (301, f"https://127.0.0.1:{edge.https}/company?q=AAPL")


def test_old_protocols_and_weak_ciphers_are_refused_and_browsers_remember_tls(edge: Edge) -> None:
    assert edge.get("/").headers["strict-transport-security"] == "max-age=31536000"
    assert edge.get("/api/v1/companies").headers["strict-transport-security"] == "max-age=31536000"
    assert edge.get("/metrics").status_code == 404
    assert _negotiated(edge, ssl.TLSVersion.TLSv1_2, "ECDHE-RSA-AES128-GCM-SHA256") == "TLSv1.2"
    assert _negotiated(edge, ssl.TLSVersion.TLSv1_3, None) == "TLSv1.3"
    with pytest.raises(ssl.SSLError):  # without forward secrecy
        _negotiated(edge, ssl.TLSVersion.TLSv1_2, "AES128-GCM-SHA256")
    with pytest.raises(ssl.SSLError):
        _negotiated(edge, ssl.TLSVersion.TLSv1_1, "ALL:@SECLEVEL=0")


def _negotiated(edge: Edge, version: ssl.TLSVersion, ciphers: str | None) -> str | None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    with pytest.warns(DeprecationWarning, match="TLSv1_1") if version < ssl.TLSVersion.TLSv1_2 else nullcontext():
        context.minimum_version = context.maximum_version = version
    if ciphers:
        context.set_ciphers(ciphers)
    connection = http.client.HTTPSConnection("127.0.0.1", edge.https, context=context, timeout=10)
    try:
        connection.connect()
        return connection.sock.version()  # type: ignore[union-attr]
    finally:
        connection.close()


def test_a_new_certificate_is_taken_up_and_no_answer_is_cut_off(edge: Edge) -> None:
    before = edge.certificate
    with httpx.stream("GET", f"https://127.0.0.1:{edge.https}/slow", verify=False, timeout=60) as answer:
        (edge.folder / "server.key").write_text("half of a key")  # what a renewal looks like for a moment
        assert edge.certificate == before
        make_certificate(tool("openssl"), edge.folder)
        until(lambda: edge.certificate != before, "the new certificate")
        _GO_ON.set()
        assert json.loads(answer.read())["x-forwarded-proto"] == "https"
    assert edge.server.poll() is None
