"""Examples in the OpenAPI schema: real answers over the starter data, recorded and compared by a test."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import Any


def add_examples(schema: dict[str, Any], prefix: str) -> None:
    """Adds the recorded example of each answer to the OpenAPI `schema`, whose paths begin with `prefix`.

    FastAPI leaves every null out of the examples that it is given, so they are added to the finished schema.
    """
    for name, recorded in read_examples()["answers"].items():
        method, path = name.split(" ")
        answers = schema["paths"][prefix + path][method.lower()]["responses"]
        for status, example in recorded.items():
            answers[status]["content"]["application/json"]["example"] = example


@cache
def read_examples() -> dict[str, dict[str, Any]]:
    """`answers` by method and path (`GET /companies/{ticker}`), then status; `problems` by status, without their titles."""
    text = files("api").joinpath("examples.json").read_text(encoding="utf-8")
    found: dict[str, dict[str, Any]] = json.loads(text)
    return found
