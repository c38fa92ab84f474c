"""Messages: a page that a hint names is a link for those who may open it."""

from __future__ import annotations

from workbench.domain.errors import SetupError
from workbench.domain.rights.ownership import Caller
from workbench.domain.rights.roles import Role
from workbench.pages.frame.messages import problem, with_pages
from workbench.pages.frame.visitor import visited_by

_HINT = "set it on the page Settings, or load <it> on the page Companies"


def test_a_page_that_a_hint_names_is_a_link_for_those_who_may_open_it() -> None:
    with visited_by(Caller("grace", Role.ADMINISTRATOR)):
        shown = with_pages(_HINT)
    companies = 'or load &lt;it&gt; on the page <a href="company">Companies</a>'
    assert shown == f'set it on the page <a href="settings">Settings</a>, {companies}'
    with visited_by(Caller("ada", Role.ANALYST)):
        assert with_pages(_HINT) == f"set it on the page Settings, {companies}"
    assert with_pages("`WORKBENCH_HOME` is no page, and the pages Settings are none") == (
        "`WORKBENCH_HOME` is no page, and the pages Settings are none"
    )


def test_an_error_is_shown_with_its_hint_and_its_links() -> None:
    with visited_by(Caller("grace", Role.ADMINISTRATOR)):
        shown = problem(SetupError("no contact is set", hint="set it on the page Settings, or as `WORKBENCH_CONTACT`"))
    assert "<h1>No contact is set.</h1>" in shown
    assert 'Set it on the page <a href="settings">Settings</a>, or as <code>WORKBENCH_CONTACT</code>.' in shown
