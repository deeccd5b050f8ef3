"""Asks a role of this machine whether it is ready: `python -m chassis.probe PORT`, for containers.

It stands on nothing but the standard library, since it is started again and again.
"""

import http.client
import sys
from collections.abc import Sequence

PATIENCE = 4.0
"""Seconds."""


def main(argv: Sequence[str]) -> int:
    """Print what the operations port answers; 0 when the role is ready, else 1."""
    connection = http.client.HTTPConnection("127.0.0.1", int(argv[0]), timeout=PATIENCE)
    try:
        connection.request("GET", "/health/ready")
        answer = connection.getresponse()
        sys.stdout.write(f"{answer.read().decode()}\n")
    except (OSError, http.client.HTTPException) as failure:
        sys.stdout.write(f"{type(failure).__name__}\n")
        return 1
    finally:
        connection.close()
    return int(answer.status != http.HTTPStatus.OK)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
