"""What a contract's log says of the contract: its terms, its people, the readings agreed on."""

from typing import ClassVar, Final, Literal

from pydantic import Field, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from schemas.model import (
    DataModel,
    Duration,
    EventIds,
    Identifier,
    Jurisdiction,
    LocalDate,
    Model,
    Name,
    PersonalContact,
    PersonalContacts,
    Pointers,
    Sha256,
    Word,
)
from schemas.questions import QUESTIONS

__all__ = [
    "DEFAULT_POLICY",
    "Basis",
    "ContactAuthorised",
    "ContactRevoked",
    "ContractData",
    "ContractRegistered",
    "ContractValuesErased",
    "LevelChanged",
    "Licence",
    "LicenceRenewed",
    "ReadingAgreed",
]

DEFAULT_POLICY: Final = "tron-asoc"
"""The policy of a contract that names none."""

Basis = Literal["request", "retention", "order"]


class Licence(Model):
    """The term of the licence in local dates, both ends inclusive (READINGS.md, step 1)."""

    from_: LocalDate = Field(alias="from")
    until: LocalDate


class ContractRegistered(DataModel):
    """A support contract came into the ledger with its level, term and contacts."""

    TYPE: ClassVar[str] = "contract.registered.v1"

    customer: Name
    level: Name
    edition: Name
    licence: Licence
    contacts: PersonalContacts
    jurisdiction: Jurisdiction
    work_gap_tolerance: Duration | None = None
    policy: Identifier = DEFAULT_POLICY


class LevelChanged(DataModel):
    """The contract moved to another level from a local date on."""

    TYPE: ClassVar[str] = "contract.level-changed.v1"

    level: Name
    effective_from: LocalDate


class LicenceRenewed(DataModel):
    """The licence was prolonged to a new last day."""

    TYPE: ClassVar[str] = "contract.licence-renewed.v1"

    until: LocalDate


class ContactAuthorised(DataModel):
    """The customer named a specialist who may turn to support."""

    TYPE: ClassVar[str] = "contract.contact-authorised.v1"

    contact: PersonalContact


class ContactRevoked(DataModel):
    """The customer withdrew a specialist's right to turn to support."""

    TYPE: ClassVar[str] = "contract.contact-revoked.v1"

    contact: PersonalContact


class ReadingAgreed(DataModel):
    """The parties settled a contested question for the incidents opened from a local date on."""

    TYPE: ClassVar[str] = "contract.reading-agreed.v1"

    question: Word
    option: Word
    effective_from: LocalDate
    document: Sha256 | None = None

    @field_validator("question")
    @classmethod
    def _is_a_question(cls, name: str) -> str:
        if name not in QUESTIONS:
            raise PydanticCustomError(
                "bad-value",
                "there is no such question; the questions are {known}",
                {"known": ", ".join(QUESTIONS)},
            )
        return name

    @field_validator("option")
    @classmethod
    def _is_an_option_of_the_question(cls, name: str, info: ValidationInfo) -> str:
        question = QUESTIONS.get(info.data.get("question", ""))
        if question is not None and name not in question.options:
            raise PydanticCustomError(
                "bad-value",
                "there is no such option of {question}; its options are {known}",
                {"question": question.name, "known": ", ".join(question.options)},
            )
        return name


class ContractValuesErased(DataModel):
    """Personal values of the contract's events were deleted; the events and proofs stand."""

    TYPE: ClassVar[str] = "contract.values-erased.v1"

    events: EventIds
    fields: Pointers
    basis: Basis


ContractData = (
    ContractRegistered
    | LevelChanged
    | LicenceRenewed
    | ContactAuthorised
    | ContactRevoked
    | ReadingAgreed
    | ContractValuesErased
)
