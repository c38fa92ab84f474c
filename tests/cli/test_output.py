"""What machines read: JSON with every letter as it is, CSV with a header even for nothing, flat cells."""

from __future__ import annotations

import json

import pytest

from workbench.cli.output import write_json, write_records

_RECORDS = [{"name": "Société", "tags": ["a", "b"], "at": None}, {"name": 'x,"y"', "tags": [], "at": 3}]


def test_records_as_json_keep_their_shape(capsys: pytest.CaptureFixture[str]) -> None:
    write_records("json", "things", _RECORDS, ("name",), owner="ada")
    out = capsys.readouterr().out
    assert json.loads(out) == {"owner": "ada", "things": _RECORDS}
    assert "Société" in out
    assert out.count("\n") == 1


def test_records_as_csv_have_the_columns_in_order(capsys: pytest.CaptureFixture[str]) -> None:
    write_records("csv", "things", _RECORDS, ("at", "name", "tags"), owner="ada")
    assert capsys.readouterr().out == 'at,name,tags\n,Société,a; b\n3,"x,""y""",\n'
    write_records("csv", "things", [], ("at", "name"))
    assert capsys.readouterr().out == "at,name\n"


def test_text_in_csv_is_no_formula_and_numbers_stay(capsys: pytest.CaptureFixture[str]) -> None:
    records = [{"title": "=HYPERLINK(A1)", "names": ["@ada", "bob"], "change": -4.5, "text": "-12"}]
    write_records("csv", "documents", records, ("title", "names", "change", "text"))
    assert capsys.readouterr().out == "title,names,change,text\n'=HYPERLINK(A1),'@ada; bob,-4.5,-12\n"


def test_json_can_be_indented(capsys: pytest.CaptureFixture[str]) -> None:
    write_json({"a": [1]}, indent=2)
    assert capsys.readouterr().out == '{\n  "a": [\n    1\n  ]\n}\n'
