"""A nursery of sending processes for tests that kill them.

    python -m tests.sms.sending [seconds]

Loads everything once, then forks a sending process for each line on standard input and prints its process number;
each drains what there is for at most so many seconds. The settings come from the environment;
`KLARBESKED_CLOCK_SHIFT` makes its clock wrong by so many seconds.
"""

from __future__ import annotations

import os
import signal
import sys
from datetime import UTC, datetime, timedelta

from hub import clock
from hub.application import create_app
from hub.database import db
from hub.settings import load
from hub.sms.dispatching import drain


def shift_clock() -> None:
    shift = timedelta(seconds=int(os.environ.get("KLARBESKED_CLOCK_SHIFT", "0")))
    if shift:
        clock._read = lambda: datetime.now(UTC) + shift


def send(seconds: float) -> None:
    shift_clock()
    app = create_app(load())
    with app.app_context():
        drain(seconds=seconds)
        db.engine.dispose()


def main() -> None:
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 600.0
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the dead are reaped by the system
    for _ in sys.stdin:
        child = os.fork()
        if child == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            code = 1
            try:
                send(seconds)
                code = 0
            finally:
                os._exit(code)
        print(child, flush=True)


if __name__ == "__main__":
    main()
