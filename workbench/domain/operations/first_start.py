"""The progress of a first start, while a new workbench is being filled."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Stage(StrEnum):
    """What a first start makes, in this order; the value says what is being done."""

    COMPANIES = "loading companies"
    SEARCH = "preparing search"
    SCREENS = "preparing latest figures and screens"


@dataclass(frozen=True, slots=True)
class FirstStart:
    """Of how many companies a stage is done; 0 of 0 where they are not counted. There is none once the workbench is filled."""

    stage: Stage
    done: int = 0
    total: int = 0

    @property
    def has_companies(self) -> bool:
        """Whether every company is loaded, with its statements and latest figures as known today."""
        return self.stage is not Stage.COMPANIES

    def __str__(self) -> str:
        """Such as `starter data: loading companies, 5 of 14`."""
        return f"starter data: {self.stage.value}" + (f", {self.done} of {self.total}" if self.total else "")
