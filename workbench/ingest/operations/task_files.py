"""Files of tasks: what one works on, and what one made. They are gone with the record of the task."""

from __future__ import annotations

from workbench.ports import ObjectStore


def upload_key(task_id: int) -> str:
    """The key of the bytes of an upload that waits to be read."""
    return f"uploads/{task_id}"


def export_key(task_id: int) -> str:
    """The key of the file that an export has written."""
    return f"exports/{task_id}"


def delete_task_files(objects: ObjectStore, task_id: int) -> None:
    """Removes the files of a task, if there are any."""
    objects.delete(upload_key(task_id))
    objects.delete(export_key(task_id))
