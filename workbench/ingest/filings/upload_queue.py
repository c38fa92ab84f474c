"""Documents that are read after the request: stored with a task, and added by the process that runs jobs."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from datetime import date

from db.engine import Connection, Database
from db.operations.tasks import add_task, note_result
from workbench.domain.errors import QueueFull
from workbench.domain.operations.cancellation import uncancellable
from workbench.domain.operations.tasks import Task, TaskKind
from workbench.domain.rights.ownership import LOCAL_USER
from workbench.ingest.filings.uploads import Description, add_document, checked, described_company, too_large
from workbench.ingest.operations.task_files import upload_key
from workbench.parse.html.decoding import MAX_BYTES
from workbench.ports import ObjectStore, TextRecognizer


def queue_document(
    database: Database,
    objects: ObjectStore,
    *,
    content: bytes,
    name: str,
    description: Description,
    owner: str,
    most_waiting: int,
) -> int:
    """Stores the bytes and queues a task that adds them as `add_document` does; returns its id.

    What can be known without reading the document is checked at once, and raises as in `add_document`; raises QueueFull.
    """
    name, description = checked(name, description)
    if len(content) > MAX_BYTES:
        raise too_large(name, len(content))
    parameters = {
        "name": name,
        "sha256": hashlib.sha256(content).hexdigest(),
        "company": description.company,
        "form": description.form,
        "dated_on": description.dated_on.isoformat() if description.dated_on else None,
        "title": description.title,
    }
    with database.write() as connection:
        described_company(connection, description)
        task_id = add_task(connection, TaskKind.DOCUMENT, parameters, most_waiting=most_waiting, owner=owner)
        objects.put(upload_key(task_id), content)
    return task_id


def add_queued(
    database: Database, objects: ObjectStore, task: Task, *, most_waiting: int, recognizer: TextRecognizer | None = None
) -> None:
    """Adds the document of a task, whose result is its number, and queues its vectors; raises as `add_document` does."""
    described = task.parameters
    dated_on = date.fromisoformat(described["dated_on"]) if described["dated_on"] else None
    description = Description(described["company"], described["form"], dated_on, described["title"])
    try:
        added = add_document(
            database, objects, content=objects.get(upload_key(task.task_id)), name=described["name"],
            description=description, owner=task.owner or LOCAL_USER, recognizer=recognizer,
        )  # fmt: skip
    finally:
        objects.delete(upload_key(task.task_id))
    with uncancellable(), database.write() as connection:  # what is added stays, and is said
        note_result(connection, task, str(added.document.document.document_id))
        queue_vectors(connection, most_waiting=most_waiting)


def queue_vectors(connection: Connection, *, most_waiting: int) -> None:
    """Queues the computing of vectors of new passages. Where too much waits, the job `embed` finds what is left out."""
    with suppress(QueueFull):
        add_task(connection, TaskKind.EMBED, {}, most_waiting=most_waiting)
