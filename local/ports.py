"""Ports on the loopback address: which are free, and which answer."""

import random
import socket
from contextlib import suppress

LOOPBACK = "127.0.0.1"
# Below the ports that systems hand to outgoing connections, which would race with ours.
LOWEST, HIGHEST = 15_000, 31_000

# Of the system: a test that has a seed draws no port that another process draws too.
_random = random.SystemRandom()
_given: set[int] = set()


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return True


def answers(port: int, host: str = LOOPBACK) -> bool:
    with suppress(OSError), socket.create_connection((host, port), timeout=0.5):
        return True
    return False


def free_port() -> int:
    """A port that nothing uses and that this process has not given out before."""
    while True:
        port = _random.randint(LOWEST, HIGHEST)
        if port not in _given and is_free(port):
            _given.add(port)
            return port
