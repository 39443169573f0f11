"""The process that follows a run: `python -m fakta_lab.tracking RUN`, with a pipe as standard input."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from fakta_lab.tracking.follow import follow


def main() -> int:
    """Follows the run folder that is the only argument."""
    os.nice(5)  # training comes first
    return 0 if follow(Path(sys.argv[1]), words=sys.stdin.fileno()) else 1


if __name__ == "__main__":
    sys.exit(main())
