"""Weights from a package: the bytes that were measured, or a clear error."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest

from workbench.adapters.embedder import WordLlamaEmbedder
from workbench.adapters.minilm import MiniLmEmbedder
from workbench.adapters.packaged_weights import read_weights
from workbench.domain.errors import SetupError
from workbench.ports import Embedder


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package that would end whoever imports it."""
    package = tmp_path / "seven_weights"
    package.mkdir()
    (package / "__init__.py").write_text("raise SystemExit('imported')")
    (package / "model.bin").write_bytes(b"1234567")
    monkeypatch.syspath_prepend(str(tmp_path))
    return package


def test_gives_the_bytes_without_importing_the_package(folder: Path) -> None:
    assert read_weights("seven_weights", "model.bin", hashlib.sha256(b"1234567").hexdigest()) == b"1234567"


def test_other_weights_are_refused(folder: Path) -> None:
    (folder / "model.bin").write_bytes(b"1234568")
    with pytest.raises(SetupError, match="other weights") as caught:
        read_weights("seven_weights", "model.bin", hashlib.sha256(b"1234567").hexdigest())
    assert caught.value.hint


@pytest.mark.parametrize(("package", "name"), [("seven_weights", "other.bin"), ("no_such_package", "model.bin")])
def test_what_is_missing_is_named(folder: Path, package: str, name: str) -> None:
    with pytest.raises(SetupError, match=f"{name} of the package `{package}`.*missing") as caught:
        read_weights(package, name, "0" * 64)
    assert caught.value.hint


@pytest.mark.parametrize("model", [WordLlamaEmbedder, MiniLmEmbedder])
def test_models_take_none_but_the_weights_they_were_measured_with(
    model: Callable[[], Embedder], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pathlib.Path.read_bytes", lambda _: b"other")
    with pytest.raises(SetupError, match="other weights"):
        model().embed(["net revenue rose"])
