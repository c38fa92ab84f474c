"""Weights of embedding models inside installed packages, which are used as folders of files and never imported."""

from __future__ import annotations

import hashlib
from importlib.util import find_spec
from pathlib import Path

from workbench.domain.errors import SetupError


def read_weights(package: str, name: str, sha256: str) -> bytes:
    """The bytes of the file `name` inside `package`, an import name.

    Raises SetupError when the package or the file is missing, or is another than the one with that digest: vectors of other
    weights under the same name of a model would be compared with ours.
    """
    result = find_spec(package)
    path = Path(result.submodule_search_locations[0], name) if result and result.submodule_search_locations else None
    hint = "remove .venv, then make up"
    if path is None or not path.is_file():
        raise SetupError(f"{name} of the package `{package}`, with weights for search, is missing", hint=hint)
    content = path.read_bytes()
    if hashlib.sha256(content).hexdigest() != sha256:
        raise SetupError(f"{name} of the package `{package}` holds other weights than those for search", hint=hint)
    return content
