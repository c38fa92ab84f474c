"""JSON as the SEC sends it, or one clear error."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

from workbench.domain.errors import MalformedDocument


def read_json(content: bytes, name: str) -> Any:
    """The value in `content`; numbers with a point or exponent are exact Decimals, the others ints.

    The standard library's parser is used because it can give the text of a number to Decimal; on companyfacts it takes
    1.3 times as long as one that rounds to binary floats. Raises MalformedDocument, naming the document, for anything
    that is not JSON, an HTML page among it.
    """
    try:
        return json.loads(content, parse_float=Decimal, parse_constant=_refuse)
    except (ValueError, RecursionError, ArithmeticError) as error:
        if content.lstrip()[:1] == b"<":
            raise MalformedDocument(f"{name}: received an HTML page instead of JSON", document=name) from None
        if not content.strip():
            raise MalformedDocument(f"{name}: it is empty", document=name) from None
        reason = str(error) if isinstance(error, json.JSONDecodeError) else "it is damaged"
        raise MalformedDocument(f"{name}: the JSON is incomplete or malformed: {reason}", document=name) from None


def _refuse(constant: str) -> Any:
    raise ValueError(f"{constant} is not JSON")


def mapping(value: Any, name: str, what: str = "document") -> dict[str, Any]:
    """`value` when it is a JSON object; raises MalformedDocument otherwise."""
    if not isinstance(value, dict):
        raise MalformedDocument(f"{name}: {what!r} is not a JSON object", document=name)
    return value
