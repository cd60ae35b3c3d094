"""The table of rules and the code that goes by it name the same rules."""

import re
from pathlib import Path

import ledger
from schemas.rules import RULES

NAMED = re.compile(r"""(?:refuse\(\s*|rule=)"([a-z-]+)\"""")


def test_every_rule_of_the_table_is_decided_somewhere_and_no_other() -> None:
    folder = Path(ledger.__file__).parent
    source = "".join(file.read_text("utf-8") for file in folder.rglob("*.py"))
    assert set(NAMED.findall(source)) == set(RULES)
