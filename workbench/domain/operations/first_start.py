"""The progress of loading starter data into a new workbench."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Stage(StrEnum):
    """The stages of a first start, in order; the value describes the stage to users."""

    COMPANIES = "loading companies"
    SEARCH = "preparing search"
    HISTORY = "preparing trends, checks and earlier days"


@dataclass(frozen=True, slots=True)
class FirstStart:
    """The number of companies done in a stage; 0 of 0 if they are not counted. It does not exist after the last stage."""

    stage: Stage
    done: int = 0
    total: int = 0

    @property
    def has_companies(self) -> bool:
        """Whether every company is loaded, with its latest figures as known today."""
        return self.stage is not Stage.COMPANIES

    @property
    def has_search(self) -> bool:
        """Whether every passage can be found."""
        return self.stage is Stage.HISTORY

    def __str__(self) -> str:
        """Such as `starter data: loading companies, 5 of 14`."""
        return f"starter data: {self.stage.value}" + (f", {self.done} of {self.total}" if self.total else "")
