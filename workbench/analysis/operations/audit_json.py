"""The audit trail as JSON and as rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from typing_extensions import TypedDict

from workbench.analysis.answer_types import IsoTime, Schema
from workbench.domain.operations.audit_trail import AuditEntry

# In the detail of every entry that a request made; they have columns of their own.
_COMMON = ("address", "result")


class AuditEntryAnswer(TypedDict, closed=True):
    """One entry of the audit trail: who did what, from where, with what result."""

    audit_id: Annotated[int, Schema(description="Entries are numbered without gaps.")]
    at: IsoTime
    actor: Annotated[str, Schema(description="A user's name, `local`, or `?` for somebody who is not signed in.")]
    action: Annotated[str, Schema(description="What was done, such as `work.deleted` or `sign_in.failed`.")]
    address: str | None
    result: Annotated[str | None, Schema(description="The status of the answer.")]
    detail: Annotated[dict[str, str], Schema(description="What the action was about, such as `path` and `request`.")]
    hash: Annotated[str, Schema(description="SHA-256 of the hash of the entry before and this entry.")]


class AuditTrailAnswer(TypedDict, closed=True):
    """Entries, newest first."""

    entries: list[AuditEntryAnswer]
    next_before: Annotated[int | None, Schema(description="`before` of the next page; null at the end.")]


class AuditRow(TypedDict, closed=True):
    """One entry as a row; `detail` has `name=value` pairs."""

    audit_id: int
    at: IsoTime
    actor: str
    action: str
    address: str | None
    result: str | None
    detail: str
    hash: str


AUDIT_COLUMNS = tuple(AuditRow.__annotations__)


def audit_entry(entry: AuditEntry) -> AuditEntryAnswer:
    """One entry."""
    return {
        "audit_id": entry.audit_id,
        "at": entry.at.isoformat(),
        "actor": entry.actor,
        "action": entry.action,
        "address": entry.detail.get("address"),
        "result": entry.detail.get("result"),
        "detail": {name: value for name, value in entry.detail.items() if name not in _COMMON},
        "hash": entry.hash.hex(),
    }


def audit_page(entries: Sequence[AuditEntry], limit: int) -> AuditTrailAnswer:
    """At most `limit` of the entries, newest first; one more says that the list goes on."""
    shown = entries[:limit]
    return {
        "entries": [audit_entry(entry) for entry in shown],
        "next_before": shown[-1].audit_id if len(entries) > limit else None,
    }


def audit_row(entry: AuditEntry) -> tuple[object, ...]:
    """One entry as the values of `AUDIT_COLUMNS`; the detail as `name=value` pairs."""
    answer = audit_entry(entry)
    pairs = "; ".join(f"{name}={value}" for name, value in sorted(answer["detail"].items()))
    return (
        answer["audit_id"], answer["at"], answer["actor"], answer["action"], answer["address"], answer["result"], pairs,
        answer["hash"],
    )  # fmt: skip
