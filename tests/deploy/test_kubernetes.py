"""The manifests, as kustomize puts them together: each fits its schema, and all of them fit each other."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.deploy.files import DEPLOY, run, tool

_FOLDER = DEPLOY / "kubernetes"
_OVERLAYS = sorted(path.name for path in (_FOLDER / "overlays").iterdir())
_WORKLOADS = {"Deployment", "StatefulSet", "Job"}
Manifest = dict[str, Any]


@pytest.fixture(scope="module", params=_OVERLAYS)
def rendered(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp(request.param) / "manifests.yaml"
    file.write_text(run(tool("kubectl"), "kustomize", _FOLDER / "overlays" / request.param))
    return file


@pytest.fixture(scope="module")
def manifests(rendered: Path) -> list[Manifest]:
    return list(yaml.safe_load_all(rendered.read_text()))


def _pods(manifests: list[Manifest]) -> Iterator[tuple[str, Manifest, Mapping[str, str]]]:
    """Name, specification and labels of the pods of each workload and of each group of Ray."""
    for each in manifests:
        name = each["metadata"]["name"]
        if each["kind"] in _WORKLOADS:
            template = each["spec"]["template"]
            yield name, template["spec"], template["metadata"]["labels"]
        if each["kind"] == "RayCluster":
            for group in (each["spec"]["headGroupSpec"], *each["spec"]["workerGroupSpecs"]):
                yield f"{name}/{group.get('groupName', 'head')}", group["template"]["spec"], {}


def _named(manifests: list[Manifest], kind: str) -> dict[str, Manifest]:
    return {each["metadata"]["name"]: each for each in manifests if each["kind"] == kind}


def test_every_file_is_listed_and_every_manifest_can_be_read() -> None:
    for folder in [path.parent for path in _FOLDER.rglob("kustomization.yaml")]:
        listed = yaml.safe_load((folder / "kustomization.yaml").read_text())
        generated = [
            name for each in listed.get("configMapGenerator", []) for name in (*each.get("envs", []), *each.get("files", []))
        ]
        named = {
            str((folder / name).resolve())
            for name in (*listed.get("resources", []), *listed.get("configurations", []), *generated)
        }
        own = {str(path) for path in folder.rglob("*") if path.is_file() and path.name != "kustomization.yaml"}
        assert own <= named, folder


def test_kubernetes_takes_them(rendered: Path) -> None:
    shown = run(tool("kubernetes-validate"), "-k", "1.33", "--strict", "--no-warn", rendered)
    assert shown.count(" passed ") > 30, shown


def test_every_container_is_limited_probed_and_closed(manifests: list[Manifest]) -> None:
    names = []
    for name, pod, _ in _pods(manifests):
        names.append(name)
        assert pod["securityContext"]["runAsNonRoot"] is True, name
        assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}, name
        assert pod["automountServiceAccountToken"] is False, name
        for container in pod["containers"]:
            resources = container["resources"]
            assert set(resources["requests"]) >= {"cpu", "memory"}, name
            assert set(resources["limits"]) >= {"cpu", "memory"}, name
            own = container["securityContext"]
            assert own["allowPrivilegeEscalation"] is False, name
            assert own["readOnlyRootFilesystem"] is True, name
            assert own["capabilities"] == {"drop": ["ALL"]}, name
            assert ":" in container["image"], name
            assert not container["image"].endswith(":latest"), name
            if "ports" in container:
                assert {"startupProbe", "livenessProbe", "readinessProbe"} <= set(container), name
    assert set(names) >= {"api", "pages", "jobs", "migrate", "cache", "cache-proxy"}
    text = json.dumps(manifests)
    assert ":latest" not in text
    for kind in ("postgresql", "Seaweed"):
        [each] = [each for each in manifests if each["kind"] == kind]
        parts = (
            [each["spec"]["resources"]]
            if kind == "postgresql"
            else [each["spec"][part] for part in ("master", "volume", "filer", "s3")]
        )
        assert all({"cpu", "memory"} <= set(part["limits"]) for part in parts), kind


def test_what_is_named_is_there(manifests: list[Manifest]) -> None:
    accounts, claims, maps = (
        set(_named(manifests, kind)) for kind in ("ServiceAccount", "PersistentVolumeClaim", "ConfigMap")
    )
    secrets = {each["spec"]["target"]["name"]: {item["secretKey"] for item in each["spec"]["data"]}
               for each in _named(manifests, "ExternalSecret").values()}  # fmt: skip
    for name, pod, _ in _pods(manifests):
        assert pod["serviceAccountName"] in accounts, name
        volumes = {each["name"]: each for each in pod["volumes"]}
        for volume in volumes.values():
            assert volume.get("secret", {}).get("secretName", "cache") in secrets, name
            assert volume.get("configMap", {}).get("name") in {None, *maps}, name
            assert volume.get("persistentVolumeClaim", {}).get("claimName") in {None, *claims}, name
        for container in pod["containers"]:
            assert {mount["name"] for mount in container["volumeMounts"]} <= set(volumes), name
            for source in container.get("envFrom", []):
                assert source["configMapRef"]["name"] in maps, name
            for variable in container.get("env", []):
                if "valueFrom" in variable:
                    reference = variable["valueFrom"]["secretKeyRef"]
                    assert reference["key"] in secrets[reference["name"]], name
    [settings] = [each["data"] for name, each in _named(manifests, "ConfigMap").items() if name.startswith("settings")]
    wanted = {value.removeprefix("secret:") for value in settings.values() if value.startswith("secret:")}
    # With WORKBENCH_SECRETS__KIND=vault a process asks Vault itself for what the others find in their folder.
    assert wanted <= secrets["workbench"] | secrets.get("vault-login", set())
    assert settings["WORKBENCH_SERVER__PUBLIC_ADDRESS"].startswith("https://")


def test_selectors_select_and_scalers_scale(manifests: list[Manifest]) -> None:
    labels = {name: label for name, _, label in _pods(manifests)}
    scaled = _named(manifests, "Deployment") | _named(manifests, "StatefulSet")
    for name, each in scaled.items():
        assert each["spec"]["selector"]["matchLabels"].items() <= labels[name].items(), name
    for kind in ("Service", "PodDisruptionBudget"):
        for name, each in _named(manifests, kind).items():
            selector = each["spec"]["selector"]
            chosen = selector if kind == "Service" else selector["matchLabels"]
            count = sum(chosen.items() <= label.items() for label in labels.values())
            assert count == (0 if name == "nobody" else 1), f"{kind} {name}"
    scalers = _named(manifests, "HorizontalPodAutoscaler")
    assert set(scalers) == {"api", "pages"}
    for name, each in scalers.items():
        assert each["spec"]["scaleTargetRef"]["name"] == name
        assert [metric["type"] for metric in each["spec"]["metrics"]] == ["Resource", "Pods"]
        assert "replicas" not in scaled[name]["spec"]  # it would be set back at each roll-out
        budget = _named(manifests, "PodDisruptionBudget")[name]["spec"]["minAvailable"]
        assert budget < each["spec"]["minReplicas"]
    services = _named(manifests, "Service")
    for ingress in _named(manifests, "Ingress").values():
        for path in ingress["spec"]["rules"][0]["http"]["paths"]:
            backend = path["backend"]["service"]
            assert backend["port"]["name"] in {port["name"] for port in services[backend["name"]]["spec"]["ports"]}
    middlewares = {
        f"workbench-{name}@kubernetescrd" for name in (*_named(manifests, "Middleware"), *_named(manifests, "TLSOption"))
    }
    used = {value for each in _named(manifests, "Ingress").values() for key, text in each["metadata"]["annotations"].items()
            if key.endswith(("middlewares", "tls.options")) for value in text.split(",")}  # fmt: skip
    assert used == middlewares


def test_production_has_what_was_asked_for() -> None:
    text = run(tool("kubectl"), "kustomize", _FOLDER / "overlays" / "production")
    manifests = list(yaml.safe_load_all(text))
    for each in _named(manifests, "HorizontalPodAutoscaler").values():
        assert (each["spec"]["minReplicas"], each["spec"]["maxReplicas"]) == (3, 10)
    assert _named(manifests, "postgresql")["workbench-database"]["spec"]["numberOfInstances"] == 3
    assert _named(manifests, "StatefulSet")["cache"]["spec"]["replicas"] == 3
    assert _named(manifests, "Seaweed")["objects"]["spec"]["volume"]["replicas"] == 4
    assert set(_named(manifests, "Deployment")) >= {"prefect-server", "prefect-worker"}
    assert set(_named(manifests, "RayCluster")) == {"ray"}
    for each in manifests:
        assert each["kind"] == "Namespace" or each["metadata"]["namespace"] == "workbench"


def test_production_is_traced_and_has_accounts_of_vault() -> None:
    manifests = list(yaml.safe_load_all(run(tool("kubectl"), "kustomize", _FOLDER / "overlays" / "production")))
    [settings] = [each["data"] for name, each in _named(manifests, "ConfigMap").items() if name.startswith("settings")]
    [service] = [each for name, each in _named(manifests, "Service").items() if name == "otel"]
    assert settings["WORKBENCH_TRACES__ENDPOINT"] == f"http://otel:{service['spec']['ports'][0]['port']}"
    assert settings["WORKBENCH_DATABASE__CREDENTIALS"] == "database/creds/workbench"
    assert settings["WORKBENCH_SERVER__PUBLIC_ADDRESS"] == "https://workbench.example.org"  # the overlay's own stay
    for name, pod, _ in _pods(manifests):
        for container in pod["containers"]:
            given = {each["name"] for each in container.get("env", [])}
            if container["image"].endswith("/workbench:0.2.0") and name not in {"prefect-server", "ray/head"}:
                assert {"WORKBENCH_SECRETS__ROLE_ID", "WORKBENCH_SECRETS__SECRET_ID"} <= given, name
    assert "createrole" in _named(manifests, "postgresql")["workbench-database"]["spec"]["users"]["workbench"]
    # Of traces the collector of the cluster decides as that of Compose.
    here, there = (yaml.safe_load(path.read_text()) for path in (
        _FOLDER / "components" / "traces" / "config.yaml", DEPLOY / "otel" / "collector.yaml"))  # fmt: skip
    assert here["processors"] == {name: there["processors"][name] for name in here["processors"]}
    assert here["service"]["pipelines"]["traces"] == there["service"]["pipelines"]["traces"]


def test_every_pod_may_reach_what_it_asks_and_nothing_else_reaches_the_stores(manifests: list[Manifest]) -> None:
    policies = _named(manifests, "NetworkPolicy")
    assert policies["nothing"]["spec"] == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}
    covered = {value for each in policies.values() for expression in each["spec"]["podSelector"].get("matchExpressions", [])
               for value in expression["values"]}  # fmt: skip
    covered |= {value for each in policies.values() for value in each["spec"]["podSelector"].get("matchLabels", {}).values()}
    assert {label["app.kubernetes.io/name"] for _, _, label in _pods(manifests) if label} <= covered
    for store in ("database", "cache", "objects"):
        for rule in policies[store]["spec"]["ingress"]:
            assert rule["from"], store
            assert all("ipBlock" not in source for source in rule["from"]), store


def test_the_alert_rules_are_those_of_the_compose_stack(manifests: list[Manifest]) -> None:
    """`WORKBENCH_TEST_UPDATE=1` writes them into the manifest."""
    groups = yaml.safe_load((DEPLOY / "prometheus" / "alerts.yml").read_text())["groups"]
    file = _FOLDER / "base" / "monitoring.yaml"
    if os.environ.get("WORKBENCH_TEST_UPDATE"):
        kept = file.read_text().split("  groups:")[0]
        listed = yaml.safe_dump({"groups": groups}, sort_keys=False, width=1000)
        file.write_text(kept + "".join(f"  {line}\n" for line in listed.splitlines()))
    written = [each for each in yaml.safe_load_all(file.read_text()) if each["kind"] == "PrometheusRule"]
    assert [each["spec"]["groups"] for each in written] == [groups]


def test_haproxy_takes_its_configuration() -> None:
    file = _FOLDER / "base" / "cache" / "haproxy.cfg"
    # The names are those of the cluster.
    text = file.read_text()
    assert text.count(".cache-nodes:6379 check") == 3
    run(tool("haproxy"), "-c", "-f", file, CACHE_PASSWORD="x")
