"""Examples in the OpenAPI schema: responses recorded over the starter data; a test compares them with real ones."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import Any


def add_examples(schema: dict[str, Any], prefix: str) -> None:
    """Adds the recorded example of each response to the OpenAPI `schema`, whose paths begin with `prefix`.

    FastAPI drops nulls from the examples it is given, so the examples are added to the finished schema.
    """
    for name, recorded in read_examples()["answers"].items():
        method, path = name.split(" ")
        answers = schema["paths"][prefix + path][method.lower()]["responses"]
        for status, example in recorded.items():
            answers[status]["content"]["application/json"]["example"] = example


@cache
def read_examples() -> dict[str, dict[str, Any]]:
    """`answers` by method and path (`GET /companies/{ticker}`), then status; `problems` by status, without titles."""
    text = files("api").joinpath("examples.json").read_text(encoding="utf-8")
    examples: dict[str, dict[str, Any]] = json.loads(text)
    return examples
