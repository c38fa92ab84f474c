"""The files in deploy: read by the programs that they are for where those are installed, and true to this program."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
import yaml
from typer.testing import CliRunner

from api.observed import Metrics
from api.security.audit_trail import AuditTrail
from api.slow_work import SlowWork
from tests.database_server import clone
from tests.deploy.files import DEPLOY, compose, run, tool
from tests.test_settings import _names
from workbench.cli.main import app
from workbench.settings import Settings

_YAML = sorted([*DEPLOY.rglob("*.yaml"), *DEPLOY.rglob("*.yml")])


@pytest.mark.parametrize("path", _YAML, ids=lambda path: str(path.relative_to(DEPLOY)))
def test_yaml_can_be_read(path: Path) -> None:
    assert all(isinstance(document, dict) for document in yaml.safe_load_all(path.read_text()))


def _environments() -> Iterator[dict[str, str]]:
    services = compose()["services"].values()
    # What Compose fills in from .env.
    filled_in = {"WORKBENCH_FLOWS__ENABLED": "true", "WORKBENCH_SERVER__PUBLIC_ADDRESS": "https://w.example.org"}
    filled_in["WORKBENCH_TRACES__ENDPOINT"] = "http://otel:4318"
    filled = (each["environment"] | filled_in for each in services if "build" in each)
    for each in filled:
        if "WORKBENCH_DATABASE__URL" in each:
            yield {name: value for name, value in each.items() if name.startswith("WORKBENCH_")}
    for overlay in sorted((DEPLOY / "kubernetes" / "overlays").iterdir()):
        files = (DEPLOY / "kubernetes" / "base" / "settings.env", overlay / "settings.env")
        yield dict(line.split("=", 1) for file in files for line in file.read_text().splitlines())
        chosen = yaml.safe_load((overlay / "kustomization.yaml").read_text()).get("components", [])
        parts = [overlay / each / "settings.env" for each in chosen if (overlay / each / "settings.env").exists()]
        more = dict(line.split("=", 1) for file in (*files[:1], *parts, *files[1:]) for line in file.read_text().splitlines())
        yield more


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
    loaded = compose()
    service = loaded["services"]["api"]
    named = {value.removeprefix("secret:") for value in service["environment"].values() if value.startswith("secret:")}
    assert named <= set(service["secrets"])
    for name, each in loaded["services"].items():
        given = {secret["source"] if isinstance(secret, dict) else secret for secret in each.get("secrets", [])}
        assert given <= set(loaded["secrets"]), name
    # What answers requests cannot sign in as the owner of the tables.
    owners = {name for name, each in loaded["services"].items() if "database_owner_url" in each.get("secrets", [])}
    assert owners == {"migrate", "jobs", "prefect-worker", "ray-head", "ray-worker"}
    assert all("WORKBENCH_DATABASE__OWNER_URL" in loaded["services"][name]["environment"] for name in owners)


def test_the_application_has_an_account_that_owns_nothing(postgres_url: str, tmp_path: Path) -> None:
    tool("psql")
    place = sa.make_url(clone(postgres_url, "accounts"))
    server = {
        "PGHOST": str(place.query.get("host") or place.host), "PGPORT": str(place.port or 5432), "PGUSER": str(place.username),
        "PGDATABASE": str(place.database), "SECRETS_FOLDER": str(tmp_path),
    }  # fmt: skip
    (tmp_path / "database_password").write_text(place.password or "")
    engine = sa.create_engine(place)
    try:
        for password in ("o'ne", "other"):  # again, it only sets the password
            (tmp_path / "database_application_password").write_text(password)
            run("sh", str(DEPLOY / "database" / "accounts.sh"), **server)
            with engine.connect() as connection:
                role = connection.execute(
                    sa.text(
                        "select rolsuper, rolcreaterole, rolcreatedb, rolcanlogin, rolpassword from pg_authid"
                        " where rolname = 'workbench_application'"
                    )
                ).one()
            assert role[:4] == (False, False, False, True)
            assert str(role.rolpassword).startswith("SCRAM-SHA-256$")
    finally:
        with engine.begin() as connection:
            connection.exec_driver_sql("drop role if exists workbench_application")
        engine.dispose()


def test_images_are_of_one_version_and_what_is_mounted_is_there() -> None:
    loaded = compose()
    for name, service in loaded["services"].items():
        assert re.search(r":[\w.-]*\d", service["image"]), name
        assert set(service.get("depends_on", [])) <= set(loaded["services"]), name
        assert set(service["networks"]) <= set(loaded["networks"]), name
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            if source.startswith("./") and not source.startswith("./secrets"):
                assert (DEPLOY / source).exists(), source
            elif not source.startswith(("/", "./")):
                assert source in loaded["volumes"], source


def test_the_only_trusted_proxy_is_nginx() -> None:
    loaded = compose()
    services, (pool,) = loaded["services"], loaded["networks"]["front"]["ipam"]["config"]
    assert services["api"]["environment"]["WORKBENCH_SERVER__TRUSTED_PROXIES"] == pool["subnet"]
    assert [name for name, each in services.items() if "front" in each["networks"]] == ["api", "pages", "nginx"]
    nginx = (DEPLOY / "nginx" / "nginx.conf").read_text()
    # It replaces what the caller sent.
    assert "proxy_set_header X-Forwarded-For $remote_addr;" in nginx
    assert "proxy_set_header X-Forwarded-Proto https;" in nginx
    assert "proxy_set_header X-Forwarded-Host $http_host;" in nginx


def test_only_nginx_is_published_and_the_stores_have_no_way_out() -> None:
    loaded = compose()
    assert [name for name, each in loaded["services"].items() if "ports" in each] == ["nginx"]
    inside = {name for name, each in loaded["networks"].items() if each.get("internal")}
    for name in ("database", "backup", "objects", "cache", "openbao", "prometheus", "loki"):
        assert set(loaded["services"][name]["networks"]) <= inside, name
    assert loaded["networks"]["backups"]["internal"] == "${BACKUPS_STAY_HERE:-true}"  # unless .env names a bucket elsewhere
    assert [name for name, each in loaded["services"].items() if "backups" in each["networks"]] == ["database", "backup"]
    for name, each in loaded["services"].items():
        assert each["cap_drop"] == ["ALL"], name
        assert each["security_opt"] == ["no-new-privileges:true"], name
        assert each.get("read_only") or name in {"database", "objects", "openbao", "certbot", "grafana"}, name


def test_the_stack_fits_one_host_of_8_cores_and_32_gigabytes() -> None:
    sums = {"cpus": 0.0, "reserved": 0.0, "limit": 0.0}
    for name, each in compose()["services"].items():
        resources, replicas = each["deploy"]["resources"], each["deploy"].get("replicas", 1)
        # Docker refuses to start a container with more processors than the host has, and a small host has two.
        assert float(resources["limits"]["cpus"]) <= 2, name
        assert _bytes(resources["reservations"]["memory"]) <= _bytes(resources["limits"]["memory"]), name
        if each["restart"] == "on-failure":
            continue  # it ends before the rest begins
        if set(each.get("profiles", [])) <= {"metrics", "grafana", "logs", "traces", "openbao", "letsencrypt"}:
            sums["cpus"] += replicas * float(resources["reservations"].get("cpus", 0))
            sums["reserved"] += replicas * _bytes(resources["reservations"]["memory"])
            sums["limit"] += replicas * _bytes(resources["limits"]["memory"])
    assert sums["cpus"] <= 8, sums
    assert sums["reserved"] < sums["limit"] <= 32 * 2**30, sums


def _bytes(text: str) -> float:
    return float(text[:-1]) * {"m": 2**20, "g": 2**30}[text[-1]]


def test_every_command_exists_with_its_options() -> None:
    pods = [each for path in (DEPLOY / "kubernetes").rglob("*.yaml") for each in yaml.safe_load_all(path.read_text())]
    commands: list[list[str]] = [each["command"] for each in compose()["services"].values() if "command" in each]
    commands += [container["command"] for each in pods if each.get("kind") in {"Deployment", "Job"}
                 for container in each["spec"]["template"]["spec"]["containers"] if "command" in container]  # fmt: skip
    ours = {tuple(command[1:]) for command in commands if command[:1] == ["workbench"]}
    ours |= {
        tuple(line.split()[1:])
        for command in commands
        for line in re.findall(r"workbench [a-z ]+(?= &&)", command[-1] if command else "")
    }
    assert {arguments[:2] for arguments in ours} >= {
        ("serve", "api"),
        ("serve", "pages"),
        ("serve", "jobs"),
        ("flows", "deploy"),
    }
    for arguments in ours:
        shown = CliRunner().invoke(app, [*arguments, "--help"])
        assert shown.exit_code == 0, f"{arguments}: {shown.output}"


def _set_up(folder: Path, **environment: str) -> str:
    shutil.copy(DEPLOY / "setup.sh", folder)
    return run("sh", folder / "setup.sh", cwd=folder, **environment)


def test_setup_makes_every_secret_once(tmp_path: Path) -> None:
    tool("openssl")
    said = _set_up(tmp_path, ALERT_WEBHOOK="https://hooks.example.org/x", WORKBENCH_HOST="w.example.org")
    folder = tmp_path / "secrets"
    named = {secret["file"] for secret in compose()["secrets"].values()}
    files = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    assert {f"./secrets/{path.relative_to(folder)}" for path in files} == {
        *named, "./secrets/tls/server.crt", "./secrets/tls/server.key"
    }  # fmt: skip
    # Nobody else enters the folder; the containers' own users read the files that are mounted from it.
    assert folder.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in files} == {0o644}
    password = (folder / "database_password").read_text()
    assert (folder / "database_owner_url").read_text() == f"postgresql://workbench:{password}@database:5432/workbench"
    own = (folder / "database_application_password").read_text()
    assert (folder / "database_url").read_text() == f"postgresql://workbench_application:{own}@database:5432/workbench"
    cache = (folder / "cache_password").read_text()
    assert (folder / "cache_url").read_text() == f"redis://:{cache}@cache:6379/0"
    assert f"requirepass {cache}\n" in (folder / "cache_config").read_text()
    [identity] = json.loads((folder / "objects_identities").read_text())["identities"]
    assert identity["credentials"] == [{"accessKey": "workbench", "secretKey": (folder / "objects_password").read_text()}]
    assert len({(folder / name).read_text() for name in ("database_password", "signing_key", "metrics_token")}) == 3
    assert not any(text.decode() in said for text in files.values())
    files |= {tmp_path / ".env": (tmp_path / ".env").read_bytes()}
    _set_up(tmp_path, WORKBENCH_HOST="other.example.org")
    assert {path: path.read_bytes() for path in [*folder.rglob("*"), tmp_path / ".env"] if path.is_file()} == files


def test_a_bucket_for_backups_opens_the_way_out_and_changes_no_password(tmp_path: Path) -> None:
    tool("openssl")
    secrets = tmp_path / "secrets"
    _set_up(tmp_path)
    assert (secrets / "backup_s3").read_text() == "[global]\n"  # pgBackRest reads it, and finds no second place
    assert "BACKUPS_STAY_HERE=true\n" in (tmp_path / ".env").read_text()
    password = (secrets / "backup_passwords").read_text()
    for path in (secrets / "backup_s3", tmp_path / ".env"):
        path.unlink()
    _set_up(tmp_path, BACKUP_S3_BUCKET="b", BACKUP_S3_ENDPOINT="s3.example.org", BACKUP_S3_KEY="k", BACKUP_S3_SECRET="s3cret")
    settings = dict(line.split("=", 1) for line in (secrets / "backup_s3").read_text().splitlines()[1:])
    assert (settings["repo2-s3-endpoint"], settings["repo2-s3-key-secret"]) == ("s3.example.org", "s3cret")
    assert (settings["repo2-retention-full-type"], settings["repo2-retention-full"]) == ("time", "90")
    assert "BACKUPS_STAY_HERE=false\n" in (tmp_path / ".env").read_text()
    assert (secrets / "backup_passwords").read_text() == password


def test_compose_takes_what_setup_writes(tmp_path: Path) -> None:
    tool("openssl")
    program = tool("docker-compose")
    shutil.copytree(DEPLOY, tmp_path, dirs_exist_ok=True, ignore=shutil.ignore_patterns("secrets", ".env", "workbench.env"))
    _set_up(tmp_path, HTTPS_PORT="8443", WORKBENCH_CONTACT="Ada O'Brien ada@example.org", WORKBENCH_HOST="w.example.org")
    (tmp_path / "workbench.env").write_text("WORKBENCH_LOGS__LEVEL=debug\nWORKBENCH_MARTS__DBT=/opt/dbt\n")
    shown = json.loads(run(program, "--profile", "*", "config", "--format", "json", cwd=tmp_path))["services"]
    assert set(shown) == set(compose()["services"])
    environment = shown["api"]["environment"]
    assert environment["WORKBENCH_CONTACT"] == "Ada O'Brien ada@example.org"
    assert environment["WORKBENCH_SERVER__PUBLIC_ADDRESS"] == "https://w.example.org:8443"
    assert environment["WORKBENCH_MARTS__DBT"] == "/opt/dbt"
    assert [each["published"] for each in shown["nginx"]["ports"]] == ["80", "8443"]
    assert shown["objects"]["image"].startswith("chrislusf/seaweedfs:")
    assert shown["backup"]["entrypoint"][-1].endswith("/schedule.sh")
    networks = json.loads(run(program, "config", "--format", "json", cwd=tmp_path))["networks"]
    assert (networks["backups"]["internal"], networks["back"]["internal"]) == (True, True)
    minio = run(
        program, "config", "--format", "json", cwd=tmp_path, OBJECTS_STORE="minio", MINIO_IMAGE="minio.example.org/minio:1"
    )
    assert json.loads(minio)["services"]["objects"]["image"] == "minio.example.org/minio:1"


def test_the_image_gets_what_runs_and_no_secret() -> None:
    # At the root of the build's context, where every builder looks for it.
    ignored = (DEPLOY.parent / ".dockerignore").read_text().splitlines()
    sent = {line[1:] for line in ignored if line.startswith("!")}
    assert "*" in ignored
    assert not sent & {"deploy", "tests", ".venv", ".git"}
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", (DEPLOY / "Dockerfile").read_text(), re.MULTILINE)
    assert set(" ".join(copied).split()) == sent
    assert all((DEPLOY.parent / name).exists() for name in sent)


def test_the_dockerfile_is_clean() -> None:
    run(tool("hadolint"), DEPLOY / "Dockerfile")


def test_scripts_are_plain_shell() -> None:
    for script in sorted(DEPLOY.rglob("*.sh")):
        run("sh", "-n", script)


def test_figures_that_are_asked_for_are_given(loaded: Any) -> None:
    metrics = Metrics(loaded)
    with closing(AuditTrail(loaded.database)) as trail:
        metrics.watch(trail, SlowWork(1, 1))
        families = list(metrics.registry.collect())
    given = {sample.name for family in families for sample in family.samples} | {family.name for family in families}
    given |= {f"{family.name}_bucket" for family in families if family.type == "histogram"}
    given |= {"http_requests_total", "http_request_duration_seconds_bucket"}
    for script in ("initiate", "verify"):
        given |= set(re.findall(r"^# TYPE (\w+)", (DEPLOY / "backup" / f"{script}.sh").read_text(), re.MULTILINE))
    board = json.loads((DEPLOY / "grafana" / "dashboards" / "workbench.json").read_text())
    asked = [target["expr"] for panel in board["panels"] if panel["type"] != "logs" for target in panel["targets"]]
    rules = yaml.safe_load((DEPLOY / "prometheus" / "alerts.yml").read_text())
    asked += [rule["expr"] for group in rules["groups"] for rule in group["rules"]]
    for expression in asked:
        names = set(re.findall(r"\b(?:http|workbench|process)_\w+", expression.replace('"workbench"', "")))
        assert names <= given, expression
        assert names or re.search(r"\bup\{|\b(?:node|pg|redis|probe)_\w+", expression)


def test_prometheus_takes_its_configuration_and_alerts_fire_when_they_should() -> None:
    promtool, folder = tool("promtool"), DEPLOY / "prometheus"
    run(promtool, "check", "config", "--syntax-only", folder / "prometheus.yml")
    run(promtool, "check", "rules", folder / "alerts.yml")
    run(promtool, "test", "rules", folder / "alerts_test.yml", cwd=folder)


def test_logs_stay_for_90_days_and_failed_traces_stay_whatever_the_share_of_the_rest_is() -> None:
    loki = yaml.safe_load((DEPLOY / "loki" / "loki.yaml").read_text())
    assert loki["limits_config"]["retention_period"] == f"{90 * 24}h"
    assert loki["compactor"]["retention_enabled"] is True
    collector = yaml.safe_load((DEPLOY / "otel" / "collector.yaml").read_text())
    traces = collector["service"]["pipelines"]["traces"]
    assert (traces["receivers"], traces["processors"][-2:]) == (["otlp"], ["tail_sampling", "batch"])
    policies = {each["type"]: each[each["type"]] for each in collector["processors"]["tail_sampling"]["policies"]}
    assert policies["status_code"] == {"status_codes": ["ERROR"]}
    assert policies["latency"] == {"threshold_ms": 1000}
    assert policies["probabilistic"] == {"sampling_percentage": "${env:TRACES_PERCENT:-10}"}
    assert set(traces["exporters"]) <= set(collector["exporters"])
    assert compose()["services"]["otel"]["profiles"] == ["logs", "traces"]


def test_alertmanager_takes_its_configuration() -> None:
    run(tool("amtool"), "check-config", DEPLOY / "alertmanager" / "alertmanager.yml")
