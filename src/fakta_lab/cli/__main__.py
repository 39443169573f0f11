"""`python -m fakta_lab.cli`: the program without its script, as launchers of several processes want it."""

import sys

from fakta_lab.cli import main

if __name__ == "__main__":
    sys.exit(main())
