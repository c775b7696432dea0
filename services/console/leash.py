"""Start a program that cannot outlive its parent: `python leash.py <parent pid> <program> [arguments…]`.

Linux kills the program (SIGKILL, which services and broker survive without loss) the moment its parent ends,
however it ends. The setting is kept across exec; it is made here rather than between fork and exec in the
parent, whose other threads make that unsafe.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1
"""From linux/prctl.h."""


def leash(parent: int, program: list[str]) -> None:
    """Become the program, on the leash of the parent; ends at once if the parent is already gone."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        sys.exit(0)
    os.execv(program[0], program)  # noqa: S606 - the program is the supervisor's own choice; no shell is meant


if __name__ == "__main__":
    leash(int(sys.argv[1]), sys.argv[2:])
