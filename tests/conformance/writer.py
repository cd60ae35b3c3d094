"""A process that appends to a ledger: `python -m tests.conformance.writer URL CONTRACT EVENTS`.

Prints the position of each event after it was recorded.
"""

import sys

from ledger.application import Ledger
from tests.conformance.recorder_kit import reply


def main(url: str, contract: str, events: int) -> None:
    """Append so many events to the contract's incident, one at a time."""
    with Ledger.open(url) as ledger:
        for _ in range(events):
            (recorded,) = ledger.append([reply(contract)])
            print(recorded.position, flush=True)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
