"""nginx of `deploy/nginx` on this machine: the shipped configuration, with the ports and folders of a test."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

NGINX = Path(__file__).parents[2] / "deploy" / "nginx"


def make_certificate(openssl: str, folder: Path, *, host: str = "127.0.0.1") -> None:
    """A new self-signed certificate of the host, with a new key, in the folder."""
    subprocess.run(
        [openssl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", f"/CN={host}",
         "-keyout", folder / "server.key", "-out", folder / "server.crt"],
        check=True, capture_output=True,
    )  # fmt: skip


def write_configuration(folder: Path, api_port: int, page_ports: Sequence[int], ports: tuple[int, int]) -> Path:
    """The configuration in the folder, where certificate and temporary files are too, and what run.sh would write for it.

    `ports` are those for http and https.
    """
    (folder / "mime.types").write_text("types { text/html html; }\n")
    replaced = {
        "/etc/nginx/tls": str(folder),
        "/etc/nginx/mime.types": str(folder / "mime.types"),
        "/tmp/nginx": str(folder),
        "/var/www/acme": str(folder / "acme"),
        "/dev/stdout": str(folder / "access.log"),
        "/dev/stderr": str(folder / "error.log"),
        "server api:8000 ": f"server 127.0.0.1:{api_port} ",
        "server pages:8000 max_fails=1 fail_timeout=5s;": " ".join(f"server 127.0.0.1:{port};" for port in page_ports),
        "listen 8080;": f"listen 127.0.0.1:{ports[0]};",
        "listen 8081;": f"listen unix:{folder}/status.sock;",
        "listen 8443 ssl http2;": f"listen 127.0.0.1:{ports[1]} ssl;",
    }
    text = (NGINX / "nginx.conf").read_text()
    for old, new in replaced.items():
        assert old in text, old
        text = text.replace(old, new)
    (folder / "public_port.conf").write_text(f'map "" $public_port {{ default ":{ports[1]}"; }}\n')
    configuration = folder / "nginx.conf"
    # Workers of root would run as nobody, who cannot enter a test's folders; in its container nginx has one user.
    configuration.write_text(f"user root;\n{text}" if os.geteuid() == 0 else text)
    return configuration
