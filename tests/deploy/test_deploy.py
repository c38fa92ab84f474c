"""The files in deploy: read by the programs that they are for where those are installed, and true to this program."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hvac
import pytest
import yaml

from api.observed import Metrics
from tests.services import vault_server
from tests.test_settings import _names
from workbench.adapters.secret_store import VaultLogin, VaultSecretStore
from workbench.domain.errors import SetupError
from workbench.settings import Settings

_DEPLOY = Path(__file__).parents[2] / "deploy"
_ROLES = ("api", "pages", "jobs")
_YAML = sorted([*_DEPLOY.rglob("*.yaml"), *_DEPLOY.rglob("*.yml")])


def _tool(name: str) -> str:
    found = shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin")
    if found is None:
        pytest.skip(f"{name} is not installed")
    return found


def _run(*command: str | Path, cwd: Path = _DEPLOY, **environment: str) -> str:
    ran = subprocess.run(
        [str(part) for part in command], cwd=cwd, env=os.environ | environment, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout


def _compose() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((_DEPLOY / "compose.yaml").read_text())
    return loaded


def _kubernetes() -> list[dict[str, Any]]:
    return list(yaml.safe_load_all((_DEPLOY / "kubernetes" / "workbench.yaml").read_text()))


@pytest.mark.parametrize("path", _YAML, ids=lambda path: str(path.relative_to(_DEPLOY)))
def test_yaml_can_be_read(path: Path) -> None:
    assert all(isinstance(document, dict) for document in yaml.safe_load_all(path.read_text()))


def _environments() -> Iterator[dict[str, str]]:
    yield from (_compose()["services"][role]["environment"] for role in _ROLES)
    yield next(each["data"] for each in _kubernetes() if each["kind"] == "ConfigMap")


def test_settings_that_are_deployed_exist_and_hold_no_secret(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    known = dict(_names(Settings))
    for environment in _environments():
        with monkeypatch.context() as patched:
            patched.setenv("WORKBENCH_HOME", str(tmp_path))
            for name, value in environment.items():
                assert name in known
                patched.setenv(name, value)
            settings = Settings.load()
        assert settings.environment == "production"
        for name, value in environment.items():
            if re.search(r"__(URL|SECRET_KEY|METRICS_TOKEN|API_KEY)$", name) and not value.startswith("redis://"):
                assert value.startswith("secret:"), name


def test_every_secret_that_is_named_is_given() -> None:
    compose = _compose()
    service = compose["services"]["api"]
    named = {value.removeprefix("secret:") for value in service["environment"].values() if value.startswith("secret:")}
    assert named <= set(service["secrets"])
    for name, each in compose["services"].items():
        assert set(each.get("secrets", [])) <= set(compose["secrets"]), name


def test_images_are_of_one_version_and_what_is_mounted_is_there() -> None:
    compose = _compose()
    for name, service in compose["services"].items():
        if "image" in service:
            assert re.search(r":[\w.-]*\d", service["image"]), name
        assert set(service.get("depends_on", [])) <= set(compose["services"]), name
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            if source.startswith("./") and not source.startswith("./secrets"):
                assert (_DEPLOY / source).exists(), source
            elif not source.startswith(("/", "./")):
                assert source in compose["volumes"], source


def test_the_only_trusted_proxy_is_nginx() -> None:
    compose = _compose()
    services, (pool,) = compose["services"], compose["networks"]["front"]["ipam"]["config"]
    assert services["api"]["environment"]["WORKBENCH_SERVER__TRUSTED_PROXIES"] == pool["subnet"]
    assert [name for name, each in services.items() if "front" in each.get("networks", [])] == ["api", "pages", "nginx"]
    nginx = (_DEPLOY / "nginx" / "nginx.conf").read_text()
    # It replaces what the caller sent.
    assert "proxy_set_header X-Forwarded-For $remote_addr;" in nginx
    assert "proxy_set_header X-Forwarded-Proto https;" in nginx
    assert "proxy_set_header X-Forwarded-Host $host;" in nginx


def test_setup_makes_every_secret_once(tmp_path: Path) -> None:
    _tool("openssl")
    shutil.copy(_DEPLOY / "setup.sh", tmp_path)
    said = _run(
        "sh", tmp_path / "setup.sh", cwd=tmp_path, ALERT_WEBHOOK="https://hooks.example.org/x", WORKBENCH_HOST="w.example.org"
    )
    folder = tmp_path / "secrets"
    named = {secret["file"] for secret in _compose()["secrets"].values()}
    files = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    assert {f"./secrets/{path.relative_to(folder)}" for path in files} == {
        *named, "./secrets/tls/server.crt", "./secrets/tls/server.key"
    }  # fmt: skip
    # Nobody else enters the folder; the containers' own users read the files that are mounted from it.
    assert folder.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in files} == {0o644}
    password = (folder / "database_password").read_text()
    assert (folder / "database_url").read_text() == f"postgresql://workbench:{password}@database:5432/workbench"
    [identity] = json.loads((folder / "objects_identities").read_text())["identities"]
    assert identity["credentials"] == [{"accessKey": "workbench", "secretKey": (folder / "objects_password").read_text()}]
    assert len({(folder / name).read_text() for name in ("database_password", "signing_key", "metrics_token")}) == 3
    assert not any(text.decode() in said for text in files.values())
    _run("sh", tmp_path / "setup.sh", cwd=tmp_path)
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == files


def test_the_image_gets_what_runs_and_no_secret() -> None:
    ignored = (_DEPLOY / "Dockerfile.dockerignore").read_text().splitlines()
    sent = {line[1:] for line in ignored if line.startswith("!")}
    assert "*" in ignored
    assert not sent & {"deploy", "tests", ".venv", ".git"}
    copied = re.findall(r"^COPY (.+) \./$", (_DEPLOY / "Dockerfile").read_text(), re.MULTILINE)
    assert set(" ".join(copied).split()) <= sent
    assert all((_DEPLOY.parent / name).exists() for name in sent)


def test_figures_that_are_asked_for_are_given(loaded: Any) -> None:
    given = {sample.name for family in Metrics(loaded).registry.collect() for sample in family.samples}
    given |= {family.name for family in Metrics(loaded).registry.collect()}
    given |= {"http_requests_total", "http_request_duration_seconds_bucket"}
    board = json.loads((_DEPLOY / "grafana" / "dashboards" / "workbench.json").read_text())
    asked = [target["expr"] for panel in board["panels"] if panel["type"] != "logs" for target in panel["targets"]]
    rules = yaml.safe_load((_DEPLOY / "prometheus" / "alerts.yml").read_text())
    asked += [rule["expr"] for group in rules["groups"] for rule in group["rules"]]
    for expression in asked:
        names = set(re.findall(r"\b(?:http|workbench|process)_\w+", expression.replace('"workbench"', "")))
        assert names <= given, expression
        assert names or "up{" in expression


def test_kubernetes_objects_fit_together() -> None:
    objects = {(each["kind"], each["metadata"]["name"]): each for each in _kubernetes()}
    deployments = {name: each for (kind, name), each in objects.items() if kind == "Deployment"}
    services = {name for kind, name in objects if kind == "Service"}
    assert set(deployments) == set(_ROLES)
    for name, deployment in deployments.items():
        pod = deployment["spec"]["template"]
        assert deployment["spec"]["selector"]["matchLabels"] == pod["metadata"]["labels"] == {"app": name}
        [container] = pod["spec"]["containers"]
        assert container["command"][:3] == ["workbench", "serve", name]
        assert {mount["name"] for mount in container["volumeMounts"]} == {volume["name"] for volume in pod["spec"]["volumes"]}
        assert ("ConfigMap", container["envFrom"][0]["configMapRef"]["name"]) in objects
        for claim in (volume.get("persistentVolumeClaim") for volume in pod["spec"]["volumes"]):
            assert claim is None or ("PersistentVolumeClaim", claim["claimName"]) in objects
    for (kind, name), each in objects.items():
        assert kind == "Namespace" or each["metadata"]["namespace"] == "workbench"
        if kind == "Service":
            assert each["spec"]["selector"] == {"app": name}
        if kind == "Ingress":
            [path] = each["spec"]["rules"][0]["http"]["paths"]
            assert path["backend"]["service"]["name"] in services
    scaled = objects["HorizontalPodAutoscaler", "api"]["spec"]
    assert (scaled["minReplicas"], scaled["maxReplicas"], scaled["scaleTargetRef"]["name"]) == (3, 10, "api")


def test_nginx_takes_its_configuration(tmp_path: Path) -> None:
    nginx, openssl = _tool("nginx"), _tool("openssl")
    _run(
        openssl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=workbench.example.org",
        "-keyout", tmp_path / "server.key", "-out", tmp_path / "server.crt",
    )  # fmt: skip
    (tmp_path / "mime.types").write_text("types { text/html html; }\n")
    text = (_DEPLOY / "nginx" / "nginx.conf").read_text()
    text = text.replace("/etc/nginx/tls", str(tmp_path)).replace("/etc/nginx/mime.types", str(tmp_path / "mime.types"))
    # The names are those of the stack's own network.
    text = re.sub(r"server (api|pages):8000", "server 127.0.0.1:8000", text).replace(
        "/dev/stdout", str(tmp_path / "access.log")
    )
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    text = text.replace("http {", "http {" + "".join(f" {kind}_temp_path {tmp_path}/{kind};" for kind in kinds), 1)
    (tmp_path / "nginx.conf").write_text(f"pid {tmp_path}/nginx.pid;\nerror_log {tmp_path}/error.log;\n{text}")
    _run(nginx, "-t", "-p", tmp_path, "-e", tmp_path / "error.log", "-c", tmp_path / "nginx.conf")


def test_prometheus_takes_its_configuration_and_alerts_fire_when_they_should() -> None:
    promtool, folder = _tool("promtool"), _DEPLOY / "prometheus"
    _run(promtool, "check", "config", "--syntax-only", folder / "prometheus.yml")
    _run(promtool, "check", "rules", folder / "alerts.yml")
    _run(promtool, "test", "rules", folder / "alerts_test.yml", cwd=folder)


def test_alertmanager_takes_its_configuration() -> None:
    _run(_tool("amtool"), "check-config", _DEPLOY / "alertmanager" / "alertmanager.yml")


def test_vault_is_set_up_so_that_the_workbench_reads_its_secret_and_no_other(tmp_path: Path) -> None:
    with vault_server(tmp_path, token="administrator") as server:
        address = f"http://127.0.0.1:{server.port}"
        told = _run(
            "sh", _DEPLOY / "vault" / "setup.sh",
            VAULT_ADDR=address, VAULT_TOKEN="administrator", VAULT_PROGRAM=server.command[0], HOME=str(tmp_path),
        )  # fmt: skip
        settings = dict(line.split("=", 1) for line in told.splitlines() if line.startswith("WORKBENCH_"))
        assert set(settings) <= {name for name, _ in _names(Settings)}
        administrator = hvac.Client(url=address, token="administrator")
        administrator.secrets.kv.v2.create_or_update_secret("workbench", {"signing_key": "s"})
        administrator.secrets.kv.v2.create_or_update_secret("other", {"signing_key": "o"})
        login = VaultLogin(role_id=settings["WORKBENCH_SECRETS__ROLE_ID"], secret_id=settings["WORKBENCH_SECRETS__SECRET_ID"])
        assert VaultSecretStore(address, login=login).get("signing_key") == "s"
        with pytest.raises(SetupError):
            VaultSecretStore(address, login=login, path="other").get("signing_key")
