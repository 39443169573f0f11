"""The command line: each command parses, imports lazily, calls one plain function and prints.

Results go to stdout, notices and errors to stderr. Exit codes: 0 done, 1 a gate or check failed, 2 bad input or usage.
"""

from fakta_lab.cli.app import main

__all__ = ["main"]
