"""A ledger that has something of everything that belongs to one, and what it answers about it."""

from dataclasses import dataclass
from uuid import uuid4

from ledger.application import Ledger
from ledger.submission import Submission
from projections.policies import shipped_policy
from schemas.events import Proposal
from schemas.incident_events import IncidentValuesErased
from services.bootstrap import shipped_adoption
from tests.conformance.recorder_kit import LONG_AGO, SYSTEM, opening, registration
from tests.faults.workload import ERASED, SUBJECT, reply, submission

__all__ = ["Archive", "fill"]

_ISSUER = "https://login.example.org"


@dataclass(frozen=True, slots=True)
class Archive:
    """What the filled ledger must answer, wherever it is kept."""

    ledger_id: str
    answers: dict[str, bytes]
    key: str
    revoked: str
    pseudonym: str
    secret: str
    kept: str

    def faults(self, url: str) -> list[str]:
        """What a ledger lacks of all this; it is written to no more than a replay does."""
        found = []
        with Ledger.open(url) as ledger:
            head = ledger.head()
            if ledger.identity.ledger_id != self.ledger_id:
                found.append("it has another identity")
            for key, body in self.answers.items():
                (answer,) = ledger.commit([submission(key)])
                if (getattr(answer, "replayed", None), getattr(answer, "body", None)) != (True, body):
                    found.append(f"{key} is answered by {answer}")
            if ledger.head() != head:
                found.append("a replay was recorded")
            if ledger.keyring.find(self.key) is None:
                found.append("a key is gone")
            revoked = ledger.keyring.find(self.revoked)
            if revoked is None or revoked.revoked_at is None:
                found.append("a revoked key is not revoked")
            if ledger.pseudonyms.of(_ISSUER, "ivanova") != self.pseudonym:
                found.append("a pseudonym stands for another one")
            if ledger.access_log.verify() != 3:
                found.append("an access is missing")
            if ledger.policy_text(ledger.policy_hashes()[0]) != shipped_policy():
                found.append("a policy file is another one")
            told = [one.value for _, one in ledger.disclosures(1, head.count)]
            if self.kept not in told or self.secret in told:
                found.append("a value is gone, or an erased one there")
        return found


def fill(url: str, events: int = 40) -> Archive:
    """Found a ledger and record something of everything."""
    with Ledger.create(url, provider="Provider", ledger_id=str(uuid4())) as ledger:
        ledger.import_shipped([shipped_adoption()], policy_texts=[shipped_policy()])
        ledger.append([registration("C-001"), opening("C-001")])
        answers = {}
        for number in range(events):
            key = f"copy-{number}-{1 + number % 3}"
            (answer,) = ledger.commit([submission(key)])
            answers[key] = answer.body  # type: ignore[union-attr]
        secret, kept = f"secret {uuid4()}", f"Кириллица и 'кавычки' {uuid4()}"
        (recorded, _) = ledger.append([reply(secret), reply(kept)])
        erasure = IncidentValuesErased(events=(recorded.event.id,), fields=(ERASED,), basis="request")
        ledger.append([Proposal(subject=SUBJECT, occurred_at=LONG_AGO, actor=SYSTEM, data=erasure)])
        forgotten: Submission = submission("forgotten-0-1")
        (answer,) = ledger.commit([forgotten])
        answers["forgotten-0-1"] = answer.body  # type: ignore[union-attr]
        valid, revoked = (ledger.keyring.create(role="auditor") for _ in range(2))
        ledger.keyring.revoke(revoked.credential.prefix)
        pseudonym = ledger.pseudonyms.of(_ISSUER, "ivanova")
        ledger.pseudonyms.erase(ledger.pseudonyms.of(_ISSUER, "petrov"))
        for number in range(3):
            ledger.access_log.record("abcdefghij", "auditor", f"values INC-2024-{number:06}")
        ledger.confirm_clock()
        return Archive(ledger.identity.ledger_id, answers, valid.text, revoked.text, pseudonym, secret, kept)
