"""Becomes a given program that ends when the one that started it ends, as another user if told.

Run as a script by local/processes.py: `attached.py PARENT SIGNAL UID:GID|- PROGRAM ARGUMENT…`.
"""

import ctypes
import os
import sys

PR_SET_PDEATHSIG = 1


def drop_to(user: str) -> None:
    if user == "-":
        return
    uid, gid = (int(number) for number in user.split(":"))
    os.setgroups([])
    os.setgid(gid)
    os.setuid(uid)


def attach(parent: int, signal: int) -> None:
    # Only Linux can; elsewhere the supervisor's record of what it started has to do.
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal, 0, 0, 0)
    if os.getppid() != parent:
        sys.exit("the process that started this one has ended")


def become(parent: str, signal: str, user: str, *program: str) -> None:
    # A change of user clears the death signal, hence this order.
    drop_to(user)
    attach(int(parent), int(signal))
    os.execvp(program[0], program)


if __name__ == "__main__":
    become(*sys.argv[1:])
