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
from sqlalchemy.dialects import postgresql as pg

from db.companies import lock_company
from db.tables import concepts, dimension_sets, units
from workbench.domain.errors import InvalidRequest
from workbench.domain.facts import Concept, Fact
from workbench.domain.identity import Cik

# Key columns first: a line of COPY text up to and with its accession is the natural key.
_COLUMNS = (
    "cik", "concept_id", "unit_id", "dimensions_id", "period_start", "period_end", "accession", "filed_on", "form", "value",
)  # fmt: skip
_KEY_COLUMNS = _COLUMNS[:7]

_Rest = tuple[str, str, str]  # filed_on, form and value as text


def load_facts(connection: sa.Connection, cik: Cik, facts: Iterable[Fact]) -> int:
    """Adds the facts of one company that are not there; returns how many rows are new.

    Takes a lock on the company until the transaction ends, so two loads of one company follow one another. Raises
    InvalidRequest for a fact of another company, before anything is written.
    """
    facts = list(facts)
    lock_company(connection, cik)
    lines = _lines(cik, facts, _Ids(connection, facts))
    there = _there(connection, cik)
    if there:
        stale = [key for key, rest in lines.items() if key in there and _preference(there[key]) < _preference(rest)]
        _delete(connection, stale)
        lines = {key: rest for key, rest in lines.items() if key not in there} | {key: lines[key] for key in stale}
        _copy(connection, lines)
        return len(lines) - len(stale)
    _copy(connection, lines)
    return len(lines)


def save_concept_labels(connection: sa.Connection, labels: Mapping[Concept, str]) -> None:
    """Gives concepts that are here their label in words.

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


def count_facts(connection: sa.Connection, cik: Cik) -> int:
    """How many facts of the company are loaded, restatements and all."""
    return connection.scalar(sa.text("select count(*) from financial_metrics where cik = :cik"), {"cik": cik.number}) or 0


class _Ids:
    """The database's ids of the concepts, units and dimensions of these facts; new ones are inserted.

    Read first and inserted only when missing: an insert that meets a conflict still uses up an id. Inserted in sorted
    order, so that two loads which bring the same new ones wait for each other in one direction.
    """

    def __init__(self, connection: sa.Connection, facts: list[Fact]) -> None:
        self.concepts = self._of_concepts(connection, {fact.concept for fact in facts})
        self.units = self._of_units(connection, {fact.unit for fact in facts})
        self.dimensions = self._of_dimensions(connection, {fact.dimensions for fact in facts})

    @staticmethod
    def _of_concepts(connection: sa.Connection, wanted: set[Concept]) -> dict[Concept, int]:
        def read() -> dict[Concept, int]:
            query = sa.select(concepts.c.taxonomy, concepts.c.tag, concepts.c.concept_id)
            taxonomies = {concept.taxonomy for concept in wanted}
            rows = connection.execute(query.where(concepts.c.taxonomy.in_(taxonomies)))
            return {Concept(taxonomy, tag): number for taxonomy, tag, number in rows}

        ids = read()
        missing = sorted((concept.taxonomy, concept.tag) for concept in wanted if concept not in ids)
        if not missing:
            return ids
        rows = [{"taxonomy": taxonomy, "tag": tag} for taxonomy, tag in missing]
        connection.execute(pg.insert(concepts).on_conflict_do_nothing(), rows)
        return read()

    @staticmethod
    def _of_units(connection: sa.Connection, wanted: set[str]) -> dict[str, int]:
        def read() -> dict[str, int]:
            rows = connection.execute(sa.select(units.c.unit, units.c.unit_id).where(units.c.unit.in_(wanted)))
            return {row.unit: row.unit_id for row in rows}

        ids = read()
        if missing := sorted(wanted - ids.keys()):
            connection.execute(pg.insert(units).on_conflict_do_nothing(), [{"unit": unit} for unit in missing])
            ids = read()
        return ids

    @staticmethod
    def _of_dimensions(
        connection: sa.Connection, wanted: set[tuple[tuple[str, str], ...]]
    ) -> dict[tuple[tuple[str, str], ...], int]:
        ids: dict[tuple[tuple[str, str], ...], int] = {}
        for members in sorted(wanted):
            document = sa.literal(dict(members), pg.JSONB)
            query = sa.select(dimension_sets.c.dimensions_id).where(dimension_sets.c.members == document)
            number = connection.scalar(query)
            if number is None:
                connection.execute(pg.insert(dimension_sets).values(members=dict(members)).on_conflict_do_nothing())
                number = connection.scalar(query)
            ids[members] = int(number or 0)
        return ids


def _lines(cik: Cik, facts: list[Fact], ids: _Ids) -> dict[str, _Rest]:
    """The facts as COPY text: natural key to the rest, of two values for one key the preferred one."""
    lines: dict[str, _Rest] = {}
    days: dict[date | None, str] = {None: "\\N"}
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
        rest = (days[filed], _escaped(fact.form), _number(fact.value))
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


def _there(connection: sa.Connection, cik: Cik) -> dict[str, _Rest]:
    """What is loaded of the company, in the shape of `_lines`; PostgreSQL writes dates and numbers as we do."""
    there: dict[str, _Rest] = {}
    query = sql.SQL("copy (select {} from financial_metrics where cik = {}) to stdout").format(
        sql.SQL(", ").join(map(sql.Identifier, _COLUMNS)), sql.Literal(cik.number)
    )
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
        cursor.executemany(f"delete from financial_metrics where {condition}", rows)  # noqa: S608  # nosec B608


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
