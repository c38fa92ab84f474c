"""Labels of a filing's segments, regions and products, from the label linkbase beside its document."""

from __future__ import annotations

from collections.abc import Iterable

from db.engine import Database
from db.facts.loading import label_elements, unlabelled
from workbench.domain.errors import MalformedDocument, NotFound, SourceError
from workbench.domain.facts.fact import Concept
from workbench.domain.filings.filing import Filing
from workbench.ingest import archive
from workbench.parse.xbrl.label_linkbase import parse_labels
from workbench.ports import FilingSource, ObjectStore


def fetch_member_labels(
    database: Database, objects: ObjectStore, source: FilingSource, filing: Filing, *, schema: str, members: Iterable[Concept]
) -> str | None:
    """Labels the `members` that have no label; fetches nothing if all have one. Returns the reason of a failure, or None.

    The linkbase is a file beside the schema, or part of it. Labels are optional: a failing source does not fail the filing.
    """
    with database.read() as connection:
        wanted = unlabelled(connection, members)
    if not wanted:
        return None
    stem = schema.removesuffix(".xsd")
    for name in (f"{stem}_lab.xml", f"{stem}.xsd"):
        try:
            fetched = source.document(filing.cik, filing.accession, name)
            archive.archive(database, objects, fetched)
            labels = parse_labels(fetched.content)
        except NotFound:
            continue
        except SourceError:
            return "labels of members could not be fetched"
        except MalformedDocument:
            return "labels of members could not be read"
        if labels:
            with database.write() as connection:
                label_elements(connection, {concept: labels[concept] for concept in wanted if concept in labels})
            return None
    return None
