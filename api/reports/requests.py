"""The request bodies that start and schedule reports."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from workbench.domain.operations.reports import Value


class ReportOrder(BaseModel):
    """The report to run: a notebook with its parameters, or a saved run to repeat."""

    notebook: str | None = Field(default=None, max_length=100, description="The name of a notebook, such as company_review.")
    parameters: dict[str, Value] = Field(default_factory=dict, description="Parameters of the notebook.")
    rerun: int | None = Field(default=None, ge=1, description="The number of a run to repeat, instead of a notebook.")
    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"notebook": "company_review", "parameters": {"ticker": "AAPL"}}}
    )


class ScheduleOrder(BaseModel):
    """When a notebook runs, and with which parameters; an `as_of` that is left out is the day of each run."""

    notebook: str = Field(max_length=100, description="The name of a notebook, such as company_review.")
    parameters: dict[str, Value] = Field(default_factory=dict, description="Parameters of the notebook.")
    cron: str = Field(max_length=100, description="When it runs, as a cron expression in UTC.")
    recipients: list[str] | None = Field(
        default=None,
        max_length=20,
        description="Names of channels that get each report, or of signed webhooks as webhook:NAME; left out, they stay.",
    )
    failure_channel: str | None = Field(default=None, max_length=60, description="The channel that gets a failed run.")
    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"example": {"notebook": "company_review", "parameters": {"ticker": "AAPL"}, "cron": "0 6 * * 1"}},
    )
