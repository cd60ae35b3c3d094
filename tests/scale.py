"""How long the long harnesses run: a share of their full count, set by the environment.

`make test` runs a tenth, CI the whole, `make torture` ten times that.
"""

import os
from fractions import Fraction

VARIABLE = "SLA_LEDGER_SCALE"
DEFAULT = "0.1"


def scaled(full_count: int, minimum: int = 1) -> int:
    """The count at which a harness runs here, where `full_count` is its count at scale 1.

    Never below `minimum`: the least at which the harness still shows something.
    Raises ValueError where the variable is not a positive number, rather than test nothing.
    """
    text = os.environ.get(VARIABLE, DEFAULT)
    scale = Fraction(text)
    if scale <= 0:
        raise ValueError(f"{VARIABLE} must be above 0, not {text}")
    return max(minimum, int(full_count * scale))
