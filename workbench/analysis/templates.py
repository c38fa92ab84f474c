"""Markup from Jinja templates: each package that makes some has its templates beside its code, all rendered by these rules."""

from __future__ import annotations

import re
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from jinja2.ext import Extension
from markupsafe import Markup

# A line break and the indent after it are nothing before a tag or a block, and else one blank: markup is written over several
# lines without blanks that a reader would see between two words.
_BREAK_BEFORE_MARKUP = re.compile(r"\s*\n\s*(?=[<{]|\Z)")
_BREAK = re.compile(r"\s*\n\s*")


class _JoinedLines(Extension):
    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:  # noqa: ARG002 (Jinja's own)
        """The source without its line breaks; templates of plain text keep theirs."""
        return _BREAK.sub(" ", _BREAK_BEFORE_MARKUP.sub("", source)) if str(name).endswith(".html") else source


def _is_markup(name: str | None) -> bool:
    return str(name).endswith(".html")


class Templates:
    """The templates of a package. `*.html` escapes every value that is not markup itself; a missing name raises."""

    def __init__(self, package: str) -> None:
        self.environment = Environment(  # nosec B701
            loader=PackageLoader(package, ""), autoescape=_is_markup,  # noqa: S701 (plain text alone is not escaped)
            undefined=StrictUndefined, extensions=[_JoinedLines],
            auto_reload=False, keep_trailing_newline=True,
        )  # fmt: skip

    def render(self, name: str, **values: Any) -> Markup:
        """The whole template of markup."""
        return Markup(self.environment.get_template(name).render(values))  # noqa: S704 (its values are escaped)  # nosec B704

    def text(self, name: str, **values: Any) -> str:
        """The whole template of plain text."""
        return self.environment.get_template(name).render(values)

    def fragment(self, name: str, macro: str, *arguments: Any, **named: Any) -> Markup:
        """What one macro of a template makes of these arguments."""
        made: Markup = getattr(self.environment.get_template(name).module, macro)(*arguments, **named)
        return made
