"""Loading XBRL facts: COPY, once per natural key, whatever the order.

The natural key of a fact is company, concept, unit, dimensions, period and accession: what one filing says of one
quantity. A restatement comes from another filing and is a further row. When one filing is seen to state two values for
one key (a rounded one in the text beside the exact one of a table), the more precise stays, so that the tables do not
depend on which came first.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from psycopg import sql

from db.companies import lock_company
from db.facts.fact_ids import FactIds
from db.facts.versions import facts_changed
from db.tables import concepts
from workbench.domain.errors import InvalidRequest
from workbench.domain.facts.fact import Concept, Fact
from workbench.domain.identity import Cik

# Key columns first: a line of COPY text up to and with its accession is the natural key.
_COLUMNS = (
    "cik", "concept_id", "unit_id", "dimensions_id", "period_start", "period_end", "accession", "filed_on", "form", "value",
)  # fmt: skip
_KEY_COLUMNS = _COLUMNS[:7]

_Rest = tuple[str, str, str]  # filed_on, form and value as text


def load_facts(connection: sa.Connection, cik: Cik, facts: Iterable[Fact]) -> int:
    """Adds the new facts of one company; returns the number of new rows.

    Locks the company until the transaction ends, so that two loads of one company run one after another. Raises
    InvalidRequest for a fact of another company, before anything is written.
    """
    facts = list(facts)
    lock_company(connection, cik)
    ids = FactIds(
        connection,
        {fact.concept for fact in facts},
        {fact.unit for fact in facts},
        {fact.dimensions for fact in facts},
    )
    lines = _lines(cik, facts, ids)
    there = _there(connection, cik, {fact.accession.text for fact in facts})
    if there:
        stale = [key for key, rest in lines.items() if key in there and _preference(there[key]) < _preference(rest)]
        _delete(connection, stale)
        lines = {key: rest for key, rest in lines.items() if key not in there} | {key: lines[key] for key in stale}
        _copy(connection, lines)
        if lines:
            facts_changed(connection, cik)
        return len(lines) - len(stale)
    _copy(connection, lines)
    if lines:
        facts_changed(connection, cik)
    return len(lines)


def save_concept_labels(connection: sa.Connection, labels: Mapping[Concept, str]) -> None:
    """Sets the labels of existing concepts.

    Taxonomy years word a label differently ("(Deprecated 2009-01-31)"); the shorter one stays, whatever the order.
    """
    wanted = {(concept.taxonomy, concept.tag): label for concept, label in labels.items()}
    changes = []
    for row in connection.execute(sa.select(concepts).where(concepts.c.taxonomy.in_({taxonomy for taxonomy, _ in wanted}))):
        label = wanted.get((row.taxonomy, row.tag))
        if label and (row.label is None or (len(label), label) < (len(row.label), row.label)):
            changes.append({"id": row.concept_id, "new_label": label})
    if changes:
        # In the order of their ids, so that two loads which label the same concepts never wait for each other in a ring.
        changes.sort(key=lambda change: change["id"])
        connection.execute(
            sa.update(concepts).where(concepts.c.concept_id == sa.bindparam("id")).values(label=sa.bindparam("new_label")),
            changes,
        )


def unlabelled(connection: sa.Connection, elements: Iterable[Concept]) -> set[Concept]:
    """The taxonomy elements (concepts, members) among these that have no label in the database."""
    wanted = set(elements)
    query = sa.select(concepts.c.taxonomy, concepts.c.tag).where(
        concepts.c.label.is_not(None), concepts.c.taxonomy.in_({element.taxonomy for element in wanted})
    )
    return wanted - {Concept(taxonomy, tag) for taxonomy, tag in connection.execute(query)}


def label_elements(connection: sa.Connection, labels: Mapping[Concept, str]) -> None:
    """As `save_concept_labels`, for elements without facts, such as members; adds missing elements."""
    FactIds(connection, labels.keys(), frozenset(), frozenset())
    save_concept_labels(connection, labels)


def count_facts(connection: sa.Connection, cik: Cik) -> int:
    """The number of loaded facts of the company, including restatements."""
    return connection.scalar(sa.text("select count(*) from financial_metrics where cik = :cik"), {"cik": cik.number}) or 0


def _lines(cik: Cik, facts: list[Fact], ids: FactIds) -> dict[str, _Rest]:
    """The facts as COPY text: natural key to the rest, of two values for one key the preferred one."""
    lines: dict[str, _Rest] = {}
    days: dict[date | None, str] = {None: "\\N"}
    forms: dict[str, str] = {}
    concept_ids, unit_ids, dimension_ids, number = ids.concepts, ids.units, ids.dimensions, cik.number
    for fact in facts:
        if fact.cik.number != number:
            raise InvalidRequest(f"a fact of CIK {fact.cik} cannot be loaded with those of CIK {cik}")
        start, end, filed = fact.period_start, fact.period_end, fact.filed_on
        for day in (start, end, filed):
            if day not in days:
                days[day] = str(day)
        key = (
            f"{number}\t{concept_ids[fact.concept]}\t{unit_ids[fact.unit]}\t{dimension_ids[fact.dimensions]}"
            f"\t{days[start]}\t{days[end]}\t{fact.accession.text}"
        )
        form = forms.get(fact.form) or forms.setdefault(fact.form, _escaped(fact.form))
        rest = (days[filed], form, _number(fact.value))
        if key in lines and _preference(lines[key]) >= _preference(rest):
            continue
        lines[key] = rest
    return lines


def _number(value: Decimal) -> str:
    text = str(value)
    return f"{value:f}" if "E" in text else text


def _escaped(text: str) -> str:
    """COPY's text format gives the backslash, tab and line ends a meaning."""
    if text.isprintable() and "\\" not in text:
        return text
    return text.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")


def _preference(rest: _Rest) -> tuple[int, Decimal, str, str]:
    """Orders two statements of one filing about one key: more significant digits first, then anything that decides."""
    filed_on, form, value = rest
    number = Decimal(value)
    return (len(number.normalize().as_tuple().digits), number, filed_on, form)


def _cursor(connection: sa.Connection) -> Any:
    return connection.connection.cursor()


def _there(connection: sa.Connection, cik: Cik, accessions: set[str]) -> dict[str, _Rest]:
    """What is loaded of the company, in the shape of `_lines`; PostgreSQL writes dates and numbers as we do.

    When all the facts are of one filing, what is loaded of that filing, which is found by its index.
    """
    there: dict[str, _Rest] = {}
    query = sql.SQL("copy (select {} from financial_metrics where cik = {}").format(
        sql.SQL(", ").join(map(sql.Identifier, _COLUMNS)), sql.Literal(cik.number)
    )
    if len(accessions) == 1:
        query += sql.SQL(" and accession = {}").format(sql.Literal(*accessions))
    query += sql.SQL(") to stdout")
    with _cursor(connection) as cursor, cursor.copy(query) as copy:
        text = b"".join(bytes(block) for block in copy).decode()
    for line in text.split("\n")[:-1]:
        key, filed_on, form, value = line.rsplit("\t", 3)
        there[key] = (filed_on, form, value)
    return there


def _delete(connection: sa.Connection, keys: list[str]) -> None:
    if not keys:
        return
    condition = " and ".join(f"{column} is not distinct from %s" for column in _KEY_COLUMNS)
    rows = [[None if part == "\\N" else part for part in key.split("\t")] for key in keys]
    with _cursor(connection) as cursor:
        cursor.executemany(f"delete from financial_metrics where {condition}", rows)  # noqa: S608


def _copy(connection: sa.Connection, lines: Mapping[str, _Rest]) -> None:
    if not lines:
        return
    statement = sql.SQL("copy financial_metrics ({}) from stdin").format(sql.SQL(", ").join(map(sql.Identifier, _COLUMNS)))
    with _cursor(connection) as cursor, cursor.copy(statement) as copy:
        for block in _blocks(lines):
            copy.write(block)


def _blocks(lines: Mapping[str, _Rest]) -> Iterator[str]:
    """Lines joined into a few large strings: one write a block costs less than one a row."""
    block: list[str] = []
    for key, (filed_on, form, value) in lines.items():
        block.append(f"{key}\t{filed_on}\t{form}\t{value}\n")
        if len(block) >= 1000:
            yield "".join(block)
            block.clear()
    yield "".join(block)
