"""Small Office documents of the tests' own making, and packages that no Office program writes."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Mapping
from io import BytesIO
from typing import Any

import docx
import openpyxl
import pptx

Change = Callable[[bytes], bytes]


def word(write: Callable[[Any], None]) -> bytes:
    """A Word document in which `write` wrote."""
    document = docx.Document()
    write(document)
    return _saved(document)


def workbook(write: Callable[[Any], None]) -> bytes:
    """A workbook, of one empty sheet at first, in which `write` wrote."""
    book = openpyxl.Workbook()
    write(book)
    return _saved(book)


def slides(write: Callable[[Any], None]) -> bytes:
    """A presentation, without a slide at first, in which `write` wrote."""
    presentation = pptx.Presentation()
    write(presentation)
    return _saved(presentation)


def changed(content: bytes, parts: Mapping[str, Change]) -> bytes:
    """A package with some parts changed; those that are not there are made from nothing."""
    sink = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as source, zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            target.writestr(name, parts.get(name, lambda part: part)(source.read(name)))
        for name in parts.keys() - set(source.namelist()):
            target.writestr(name, parts[name](b""))
    return sink.getvalue()


def _saved(document: Any) -> bytes:
    sink = BytesIO()
    document.save(sink)
    return sink.getvalue()
