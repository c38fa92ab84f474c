"""What a caller sends to write a note."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from workbench.domain.statements.statement import PeriodKind


class NoteIn(BaseModel):
    """A note on a figure (`ticker`, `period`, `figure`) or on a passage (`document`, `start`, `end`)."""

    text: str = Field(max_length=10_000, description="1 to 4,000 characters.", examples=["Includes a 53rd week."])
    tags: str = Field(default="", max_length=1000, description="Separated by commas.", examples=["calendar, one-off"])
    ticker: str | None = Field(default=None, max_length=40, description="A ticker or CIK.", examples=["AAPL"])
    period: PeriodKind = Field(default=PeriodKind.ANNUAL, description="The kind of period of the figure.")
    figure: str | None = Field(
        default=None, max_length=100, description="A line or ratio and the end of its period.", examples=["revenue@2024-09-28"]
    )
    document: int | None = Field(default=None, ge=1, lt=2**63, description="The document's number.")
    start: int | None = Field(default=None, ge=0, lt=2**31, description="First character of the passage.")
    end: int | None = Field(default=None, ge=0, lt=2**31, description="The end of the passage, exclusive.")
    shared_with: str = Field(default="", max_length=200, description="The roles that may read it, separated by commas.")
    model_config = ConfigDict(extra="forbid")
