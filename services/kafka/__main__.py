"""The process that the relay starts to produce with; see services.kafka.producing."""

import os
import signal
import sys

from services.collecting import set_aside
from services.kafka.producing import Step, serve

__all__ = ["main"]


def main(step: Step = lambda _name: None) -> None:
    """Serve the relay that started this process; its signals are the relay's to heed."""
    for one in (signal.SIGINT, signal.SIGTERM):
        signal.signal(one, signal.SIG_IGN)
    pipe = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    set_aside()
    serve(sys.stdin.buffer, pipe, step)
    pipe.flush()
    os._exit(0)  # a producer whose broker is gone would keep the process


if __name__ == "__main__":
    main()
