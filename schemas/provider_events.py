"""What the provider's own log records: policies, calendars, the stages a release passed."""

from typing import Annotated, ClassVar, Literal

from pydantic import Strict, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from schemas.model import DataModel, Jurisdiction, LocalDate, Name, Sha256, Size, Text, Year

__all__ = ["CalendarPublished", "PolicyAdopted", "ProviderData", "ReleaseStagePassed", "Stage"]

Stage = Literal["preliminary", "alpha", "beta", "release-test"]
Dates = Annotated[tuple[LocalDate, ...], Strict(False)]


class PolicyAdopted(DataModel):
    """A version of a support policy was adopted; its file is kept beside the event, by hash."""

    TYPE: ClassVar[str] = "policy.adopted.v1"

    version: Name | Size
    sha256: Sha256


class CalendarPublished(DataModel):
    """The official calendar of one year became known (READINGS.md, Days)."""

    TYPE: ClassVar[str] = "calendar.published.v1"

    jurisdiction: Jurisdiction
    year: Year
    holidays: Dates
    days_off: Dates
    working_weekends: Dates
    shortened: Dates
    non_working_days: Dates
    source: Text

    @field_validator("holidays", "days_off", "working_weekends", "shortened", "non_working_days")
    @classmethod
    def _lie_in_the_year(cls, days: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        year = info.data.get("year")
        for day in days:
            if year is not None and not day.startswith(f"{year:04}-"):
                raise PydanticCustomError("bad-value", "a day of the list is not in the year")
        return days


class ReleaseStagePassed(DataModel):
    """A release passed one of the checks before it may go out (QC-STAGES)."""

    TYPE: ClassVar[str] = "release.stage-passed.v1"

    stage: Stage


ProviderData = PolicyAdopted | CalendarPublished | ReleaseStagePassed
