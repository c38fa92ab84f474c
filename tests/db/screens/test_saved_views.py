"""Saved screens, charts and comparisons, each its owner's own."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from db.operations.sharing import share
from db.screens import saved_views
from workbench.domain.errors import Conflict, InvalidRequest, NotFound
from workbench.domain.rights.ownership import Caller, Shareable
from workbench.domain.rights.roles import Role
from workbench.domain.screens.saved_views import ViewKind

ADA, BOB = Caller("ada", Role.ANALYST), Caller("bob", Role.ANALYST)
LARGE = {"where": "revenue >= 10B", "sort": "-revenue"}


def test_a_view_is_saved_replaced_and_deleted(connection: sa.Connection) -> None:
    made = saved_views.save_view(connection, "ada", " large ", ViewKind.SCREEN, LARGE | {"show": " "})
    assert (made.name, made.kind, made.parameters) == ("large", ViewKind.SCREEN, LARGE)
    changed = saved_views.save_view(connection, "ada", "large", ViewKind.SCREEN, {"where": "revenue >= 50B"})
    assert (changed.view_id, changed.parameters) == (made.view_id, {"where": "revenue >= 50B"})
    assert saved_views.readable_view(connection, ADA, "large") == changed
    saved_views.delete_view(connection, "ada", "large")
    assert saved_views.readable_views(connection, ADA) == []
    with pytest.raises(NotFound):
        saved_views.delete_view(connection, "ada", "large")


def test_the_parameters_of_a_view_keep_the_order_of_its_page(connection: sa.Connection) -> None:
    saved = saved_views.save_view(connection, "ada", "margins", ViewKind.CHART, {"view": "index", "series": "NKE:net_margin"})
    assert list(saved.parameters) == ["series", "view"]


def test_one_name_is_one_view_over_all_kinds(connection: sa.Connection) -> None:
    saved_views.save_view(connection, "ada", "shoes", ViewKind.SCREEN, LARGE)
    with pytest.raises(Conflict):
        saved_views.save_view(connection, "ada", "shoes", ViewKind.CHART, {"series": "NKE:revenue"})
    saved_views.save_view(connection, "bob", "shoes", ViewKind.CHART, {"series": "NKE:revenue"})
    assert [each.kind for each in saved_views.readable_views(connection, BOB)] == [ViewKind.CHART]
    assert saved_views.readable_views(connection, BOB, ViewKind.SCREEN) == []


@pytest.mark.parametrize(
    ("name", "parameters"),
    [("a/b", LARGE), (" ", LARGE), ("x", {"where": "revenue > many"}), ("x", {"as_of": "2024-06-30"})],
)
def test_what_cannot_be_shown_again_is_not_saved(connection: sa.Connection, name: str, parameters: dict[str, str]) -> None:
    with pytest.raises(InvalidRequest):
        saved_views.save_view(connection, "ada", name, ViewKind.SCREEN, parameters)


def test_others_read_a_view_once_it_is_shared_with_their_role(connection: sa.Connection) -> None:
    saved_views.save_view(connection, "ada", "shoes", ViewKind.SCREEN, LARGE)
    saved_views.save_view(connection, "bob", "zeta", ViewKind.SCREEN, LARGE)
    assert [each.name for each in saved_views.readable_views(connection, BOB)] == ["zeta"]
    share(connection, Shareable.VIEWS, "shoes", [Role.ANALYST], ADA)
    assert [(each.name, each.owner) for each in saved_views.readable_views(connection, BOB)] == [
        ("zeta", "bob"),
        ("shoes", "ada"),
    ]
    with pytest.raises(NotFound):
        saved_views.delete_view(connection, "bob", "shoes")
    with pytest.raises(NotFound):
        share(connection, Shareable.VIEWS, "shoes", [], BOB)
