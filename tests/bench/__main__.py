"""`make bench`: how fast the hub is, each figure beside a baseline measured in the same run.

Machines are shared and noisy: read the ratios, not the seconds. `python -m tests.bench import publish` runs only
those parts.
"""

from __future__ import annotations

import sys
from collections.abc import Callable

from tests.bench import (
    batching,
    composing,
    desk,
    handing_over,
    importing,
    overtaking,
    painting,
    placing,
    publishing,
    receiving,
    sending,
    spreading,
)

PARTS: dict[str, Callable[[], None]] = {
    "import": importing.run,
    "compose": composing.run,
    "send": sending.run,
    "hand-over": handing_over.run,
    "batches": batching.run,
    "spread": spreading.run,
    "overtake": overtaking.run,
    "receipts": receiving.run,
    "publish": publishing.run,
    "paint": painting.run,
    "places": placing.run,
    "desk": desk.run,
}


def main(names: list[str]) -> int:
    unknown = [name for name in names if name not in PARTS]
    if unknown:
        print(f"unknown: {', '.join(unknown)}; there are {', '.join(PARTS)}", file=sys.stderr)
        return 2
    for name in names or PARTS:
        print(f"\n== {name}", flush=True)
        PARTS[name]()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
