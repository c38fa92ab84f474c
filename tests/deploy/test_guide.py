"""Each command that docs/operations.md has for an operator is run by a named test, or is named here as one that is not run."""

from __future__ import annotations

import ast
import re
import shlex
import shutil
from pathlib import Path

import pytest

from tests.deploy.files import DEPLOY, run, tool
from workbench.domain.alerts.rules import check_scope, parse_condition

_ROOT = DEPLOY.parent
_STACK, _DRILL = "tests/deploy/test_stack.py", "tests/deploy/test_drill.py"
_AGAIN = (_STACK, "test_down_and_up_again_finds_everything", '"up", "--detach"')
_VAULT = (_STACK, "test_secrets_come_from_openbao_after_the_steps_of_the_guide")
_ALERTS = ("tests/deploy/test_guide.py", "test_alerts_of_the_guide_are_ones_that_there_are", "workbench alerts add")

# By the first words of each command: the file, the function and the words in it that run the command.
_RUN_BY = {
    "WORKBENCH_HOST=workbench.example.org": (_STACK, "stack", '"setup.sh"'),
    "docker compose up -d --build": (_STACK, "stack", '"up", "--detach"'),
    "docker compose exec api workbench users add": (_STACK, "filled", "workbench users add"),
    "mv secrets/database_url": ("tests/deploy/test_guide.py", "test_one_account_becomes_two", "mv secrets/database_url"),
    "./setup.sh": ("tests/deploy/test_guide.py", "test_one_account_becomes_two", "mv secrets/database_url"),
    "docker compose up -d": _AGAIN,
    "docker build -t": ("tests/deploy/engine.py", "build_images", '"Dockerfile"'),
    "workbench alerts add": _ALERTS,
    "python3 -m venv dbt": (".ci/run", "", "python3 -m venv .dbt"),
    "dbt/bin/pip install": (".ci/run", "", "--require-hashes -r db/dbt/requirements.lock"),
    "0 2 * * *": (
        _DRILL, "test_a_destroyed_database_comes_back_as_it_was_at_a_moment", 'script("initiate"'),
    "0 4 * * 0": (
        _DRILL, "test_verify_restores_into_a_spare_place_and_says_so_to_prometheus", 'script("verify"'),
    "./restore.sh --target '2026": (
        _DRILL, "test_a_destroyed_database_comes_back_as_it_was_at_a_moment", 'script("restore", "--target"'),
    "./restore.sh --backup-id": (
        _DRILL, "test_the_bucket_alone_brings_it_back", '"--backup-id", backup, "--target", "latest"'),
    "./restore.sh --target NAME": (_DRILL, "test_a_named_moment_is_a_target", '"--target", "before the import"'),
    "docker compose stop": (_STACK, "test_the_database_comes_back_as_it_was_at_a_moment", 'compose("stop")'),
    "docker compose run --rm --no-deps --entrypoint sh backup": (
        _STACK, "test_the_database_comes_back_as_it_was_at_a_moment", '"/etc/workbench-backup/restore.sh", "--target"'),
    "docker compose up -d openbao": (*_VAULT, '"openbao")'),
    "docker compose exec openbao bao operator init": (*_VAULT, '"operator", "init"'),
    "docker compose exec openbao bao operator unseal": (*_VAULT, '"operator", "unseal"'),
    "docker compose run --rm --no-deps -T --user": (*_VAULT, '"/vault/setup.sh"'),
}  # fmt: skip
# The manifests are checked against the schemas, and no cluster runs them: by the first words, and why.
_NOT_RUN = {
    "docker push registry.example.org/": "there is no registry",
    "kubectl apply -k deploy/kubernetes/overlays/production": "there is no cluster; test_kubernetes.py makes the manifests",
    "kubectl -n workbench delete job migrate": "there is no cluster",
    "kubectl -n workbench wait": "there is no cluster",
}
_SETTING = re.compile(r"WORKBENCH_\w+=\S+( *#.*)?$")


def commands(text: str) -> list[str]:
    """The commands in the code blocks of a guide in their order, one line each; no comments, settings or `cd`."""
    fenced = re.findall(r"^```\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    indented = re.findall(r"(?:^ {4}\S.*\n(?: {8}\S.*\n)*)+", text, re.MULTILINE)
    lines = [line for block in (*indented, *fenced) for line in block.replace("\\\n", " ").splitlines()]
    plain = [" ".join(re.sub(r"\s{2,}#.*$", "", line).split()) for line in lines]
    return [line for line in plain if not _SETTING.fullmatch(line) and not line.startswith("cd ")]


GUIDE = commands((_ROOT / "docs" / "operations.md").read_text())


def _known(command: str) -> str | None:
    """The longest beginning of the command that is listed."""
    return max((each for each in (*_RUN_BY, *_NOT_RUN) if command.startswith(each)), key=len, default=None)


def test_a_command_is_found_wherever_a_guide_has_it() -> None:
    text = "Do:\n\n    cd deploy\n    ./setup.sh --now   # once\n    docker run \\\n        -v a:b image\n\n"
    text += "```\nTEXT=1\nWORKBENCH_A=b\nworkbench up\n```\n"
    assert commands(text) == ["./setup.sh --now", "docker run -v a:b image", "TEXT=1", "workbench up"]


def test_each_command_of_the_guide_is_listed_and_nothing_else() -> None:
    assert [command for command in GUIDE if _known(command) is None] == []
    assert {_known(command) for command in GUIDE} == {*_RUN_BY, *_NOT_RUN}


@pytest.mark.parametrize("command", _RUN_BY)
def test_the_named_test_runs_it(command: str) -> None:
    name, function, words = _RUN_BY[command]
    text = (_ROOT / name).read_text()
    if function:
        [found] = [each for each in ast.walk(ast.parse(text)) if isinstance(each, ast.FunctionDef) and each.name == function]
        text = ast.get_source_segment(text, found) or ""
    assert words in text, f"{name}: {function}"


def test_one_account_becomes_two(tmp_path: Path) -> None:
    tool("openssl")
    shutil.copy(DEPLOY / "setup.sh", tmp_path)
    run("sh", tmp_path / "setup.sh", cwd=tmp_path)
    secrets = tmp_path / "secrets"
    owner = (secrets / "database_owner_url").read_text()
    (secrets / "database_owner_url").rename(secrets / "database_url")  # as it was with one account
    (secrets / "database_application_password").unlink()
    [moving] = [each for each in GUIDE if each.startswith("mv secrets/database_url")]
    setting_up = GUIDE[GUIDE.index(moving) + 1]
    run("sh", "-euc", f"{moving}\nsh {setting_up}", cwd=tmp_path)
    assert (secrets / "database_owner_url").read_text() == owner
    password = (secrets / "database_application_password").read_text()
    assert (secrets / "database_url").read_text() == f"postgresql://workbench_application:{password}@database:5432/workbench"


def test_alerts_of_the_guide_are_ones_that_there_are() -> None:
    added = [shlex.split(each) for each in GUIDE if each.startswith("workbench alerts add")]
    assert len(added) > 5
    for _, _, _, condition, *options in added:
        given = dict(zip(options[::2], options[1::2], strict=True))
        check_scope(parse_condition(condition), company=given.get("--company"), watchlist=given.get("--watchlist"))
