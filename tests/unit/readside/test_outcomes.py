"""Another source's verdicts: one object a line, and a bad line is named."""

import pytest

from services.importing.servicenow import Outcome
from services.outcomes import MalformedOutcomeError, read_outcomes


def test_what_the_import_writes_is_read() -> None:
    lines = [Outcome("INC-1", made_sla=True).to_line(), Outcome("INC-2", made_sla=False).to_line()]
    assert read_outcomes(lines) == {"INC-1": True, "INC-2": False}


def test_other_members_are_let_pass() -> None:
    assert read_outcomes([b'{"incident":"INC-1","made_sla":true,"by":"them"}\n']) == {"INC-1": True}


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"[]",
        b'{"incident":"INC-2"}',
        b'{"incident":"INC-2","made_sla":"true"}',
        b'{"incident":"INC-2","made_sla":1}',
        b'{"incident":2,"made_sla":true}',
        b'{"incident":"INC-1","made_sla":false}',
    ],
)
def test_a_bad_line_is_named(line: bytes) -> None:
    with pytest.raises(MalformedOutcomeError) as refused:
        read_outcomes([b'{"incident":"INC-1","made_sla":true}', line])
    assert refused.value.line == 2
