"""The table of commands and the commands are one: names, first lines, and help that a newcomer understands."""

from __future__ import annotations

import inspect
import re

import pytest

from tests.cli.entries import entries, groups
from workbench.cli.lazy import Command, import_function

_ENTRIES = list(entries())
# The words of the project's own that a newcomer cannot know, and sentences that are not imperative.
_COINED = re.compile(
    r"\b(kept|told|tells?|hears?|mend(s|ed)?|worth|asker|vintage|reached line|course|apparatus|boilerplate|verdicts?|"
    r"as you are|that stand|is shut|so many|when left out|unless told)\b",
    re.IGNORECASE,
)
_IMPERATIVE = {
    "Add", "Audit", "Build", "Change", "Check", "Compare", "Compute", "Correct", "Create", "Delete", "Disable",
    "Enable", "End", "Export", "Find", "List", "Load", "Manage", "Measure", "Print", "Query", "Remove", "Replace",
    "Retry", "Revoke", "Run", "Schedule", "Search", "Send", "Set", "Shorten", "Show", "Start", "Turn", "Update",
    "Verify", "Write",
}  # fmt: skip


@pytest.mark.parametrize("entry", _ENTRIES, ids=lambda entry: entry.name)
def test_the_table_says_what_the_command_says(entry: Command) -> None:
    function = import_function(entry.target)
    assert function.__module__ == entry.target.split(":")[0], "the table names the module that defines it"
    text = inspect.getdoc(function) or ""
    assert " ".join(text.split("\n\n")[0].split()) == entry.help


@pytest.mark.parametrize("entry", _ENTRIES, ids=lambda entry: entry.name)
def test_help_is_imperative_and_in_standard_words(entry: Command) -> None:
    command = entry.build().load()  # type: ignore[attr-defined]
    texts = [command.help, *(parameter.help for parameter in command.params)]
    for parameter in command.params:
        assert parameter.help, f"{entry.name} does not explain {parameter.name}"
    for text in texts:
        assert not (found := _COINED.search(text)), f"{entry.name}: {found} in {text!r}"
        assert text[0].isupper() or text[0] in "`'a", f"{entry.name}: {text!r}"
        assert text.rstrip()[-1] in ".)`ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", f"{entry.name}: {text!r} has no end"
    assert entry.help.split()[0] in _IMPERATIVE, entry.help
    assert entry.help.endswith(".")


def test_groups_explain_themselves_and_their_default_is_one_of_theirs() -> None:
    for group in groups():
        assert group.help.split()[0].rstrip(",") in _IMPERATIVE, group.help
        assert group.default in (None, *(each.name for each in group.commands))


def test_every_command_with_json_says_so_with_format_alone() -> None:
    for entry in _ENTRIES:
        options = {option for parameter in entry.build().load().params for option in parameter.opts}  # type: ignore[attr-defined]
        assert "--json" not in options, entry.name
