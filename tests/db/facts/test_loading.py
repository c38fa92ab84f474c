"""Facts: one row a natural key, restatements side by side, the same tables whatever the order."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from db.engine import Database
from db.facts import loading as db_facts
from workbench.domain.errors import InvalidRequest
from workbench.domain.facts.fact import Concept, Fact
from workbench.domain.identity import Accession, Cik

APPLE = Cik(320193)
ASSETS = Concept("us-gaap", "Assets")
EPS = Concept("us-gaap", "EarningsPerShareDiluted")


def fact(value: str, accession: str = "0000320193-09-000001", filed: date = date(2009, 10, 27), **changes: object) -> Fact:
    fields: dict[str, object] = {
        "cik": APPLE, "concept": ASSETS, "unit": "USD", "period_start": None, "period_end": date(2009, 9, 26),
        "value": Decimal(value), "accession": Accession(accession), "form": "10-K", "filed_on": filed,
    }  # fmt: skip
    return Fact(**(fields | changes))  # type: ignore[arg-type]


def table(connection: sa.Connection) -> list[tuple[object, ...]]:
    rows = connection.exec_driver_sql(
        "select taxonomy, tag, unit, members, period_start, period_end, accession, filed_on, form, value::text"
        " from financial_metrics join concepts using (concept_id) join units using (unit_id)"
        " join dimension_sets using (dimensions_id) order by 2, 3, 6, 5, 7, dimensions_id"
    )
    return [tuple(row) for row in rows]


def test_a_restatement_stands_beside_what_it_restates(connection: sa.Connection) -> None:
    # Apple adopted new revenue rules: total assets of 2009-09-26 were 53,851 million as filed, 47,501 million as restated.
    first, restated = fact("53851000000"), fact("47501000000", "0001193125-10-012091", date(2010, 1, 25), form="10-K/A")
    assert db_facts.load_facts(connection, APPLE, [first]) == 1
    assert db_facts.load_facts(connection, APPLE, [first, restated]) == 1
    assert db_facts.load_facts(connection, APPLE, [first, restated]) == 0
    assert [row[-1] for row in table(connection)] == ["53851000000", "47501000000"]


def test_values_are_kept_to_the_last_digit(connection: sa.Connection) -> None:
    values = ["12345678901234567890123.45", "0.00000000012", "-1E+3", "1.50", "0"]
    facts = [fact(value, period_end=date(2000 + place, 1, 1)) for place, value in enumerate(values)]
    assert db_facts.load_facts(connection, APPLE, facts) == 5
    assert [row[-1] for row in table(connection)] == ["12345678901234567890123.45", "0.00000000012", "-1000", "1.50", "0"]
    assert db_facts.load_facts(connection, APPLE, facts) == 0


def test_dimensions_make_a_fact_of_its_own(connection: sa.Connection) -> None:
    member = (("srt:ProductOrServiceAxis", "aapl:IPhoneMember"),)
    assert db_facts.load_facts(connection, APPLE, [fact("5"), fact("3", dimensions=member)]) == 2
    assert db_facts.load_facts(connection, APPLE, [fact("3", dimensions=member)]) == 0
    assert [(row[3], row[-1]) for row in table(connection)] == [({}, "5"), (dict(member), "3")]


def test_a_fact_of_another_company_is_refused(connection: sa.Connection) -> None:
    with pytest.raises(InvalidRequest, match="CIK 1 "):
        db_facts.load_facts(connection, APPLE, [fact("5"), fact("5", cik=Cik(1))])
    assert table(connection) == []


def test_odd_form_names_survive_the_copy_format(connection: sa.Connection) -> None:
    db_facts.load_facts(connection, APPLE, [fact("5", form="10-K\\405\t\n")])
    assert table(connection)[0][8] == "10-K\\405\t\n"
    assert db_facts.load_facts(connection, APPLE, [fact("5", form="10-K\\405\t\n")]) == 0


POOL = [
    fact(value, accession, filed, concept=concept, unit=unit, period_start=start)
    for concept, unit, start in [(ASSETS, "USD", None), (EPS, "USD/shares", date(2008, 9, 28))]
    for accession, filed in [("0000320193-09-000001", date(2009, 10, 27)), ("0000320193-10-000001", date(2010, 10, 27))]
    for value in ["6.29", "6.3", "9.08"]
]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(order=st.permutations(POOL), cut=st.integers(0, len(POOL)))
def test_any_order_in_any_parts_gives_the_same_table(connection: sa.Connection, order: list[Fact], cut: int) -> None:
    with connection.begin_nested() as whole:
        db_facts.load_facts(connection, APPLE, POOL)
        expected = table(connection)
        whole.rollback()
    with connection.begin_nested() as parts:
        db_facts.load_facts(connection, APPLE, order[:cut])
        db_facts.load_facts(connection, APPLE, order[cut:])
        assert table(connection) == expected
        parts.rollback()
    assert [row[-1] for row in expected] == ["9.08"] * 4


def test_loads_at_the_same_time_share_what_is_new(database: Database) -> None:
    names = [Concept("us-gaap", f"Tag{number}") for number in range(40)]
    together = threading.Barrier(4)

    def load(number: int) -> int:
        cik = Cik(100 + number // 2)  # two of each company, and all with the same new concepts and units
        facts = [fact("5", cik=cik, concept=concept, unit=f"U{place % 7}") for place, concept in enumerate(names)]
        facts = facts if number % 2 else facts[::-1]
        together.wait()
        with database.write() as connection:
            new = db_facts.load_facts(connection, cik, facts)
            db_facts.save_concept_labels(connection, {concept: f"label {concept.tag} {number}" for concept in names})
        return new

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(load, range(4))) == [0, 0, 40, 40]
    with database.read() as connection:
        assert len(table(connection)) == 80
        assert connection.exec_driver_sql("select count(*) from concepts").scalar() == 40
        assert connection.exec_driver_sql("select count(*) from units").scalar() == 7


def test_labels_do_not_depend_on_the_order(connection: sa.Connection) -> None:
    db_facts.load_facts(connection, APPLE, [fact("5")])
    for labels in ("Assets (Deprecated 2009-01-31)", "Assets", "Assets (Deprecated 2009-01-31)"):
        db_facts.save_concept_labels(connection, {ASSETS: labels, EPS: "not loaded"})
    assert connection.exec_driver_sql("select tag, label from concepts").all() == [("Assets", "Assets")]
