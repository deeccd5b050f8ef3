"""Kills at random seams of every role, session after session: `make soak KILLS=1000 SEED=…`."""

import argparse
import random
import secrets
import sys

from local.throwaway import ThrowAwayParts
from tests.fire.forking import Zygote
from tests.fire.proxy import KafkaProxy
from tests.fire.seams import EVERY
from tests.fire.session import Result, Session

IN_A_SESSION = 40
"""Kills on one system, before its line is judged."""


def main() -> int:
    """0 when nothing was lost, doubled or different."""
    parser = argparse.ArgumentParser(prog="soak", description=__doc__)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", default="", help="the same kills and commands again")
    parser.add_argument("--from", type=int, default=0, dest="first", help="the first session")
    given = parser.parse_args()
    seed = given.seed or secrets.token_hex(4)
    done: list[Result] = []
    parts, zygote = ThrowAwayParts(), Zygote()
    try:
        parts.start("kafka", "postgres", "identity")
        assert parts.kafka.detour is not None
        proxy = KafkaProxy(parts.kafka.detour)
        try:
            _soak(parts, zygote, proxy, seed, given, done)
        finally:
            proxy.close()
    finally:
        zygote.close()
        parts.stop()
    return _tell(seed, done)


def _soak(
    parts: ThrowAwayParts,
    zygote: Zygote,
    proxy: KafkaProxy,
    seed: str,
    given: argparse.Namespace,
    done: list[Result],
) -> None:
    for number in range(given.first, -(-given.kills // IN_A_SESSION)):
        kills = min(IN_A_SESSION, given.kills - number * IN_A_SESSION)
        sys.stdout.write(f"session {number} of seed {seed}\n")
        chance = random.Random(f"{seed}/{number}")
        session = Session(parts, zygote, proxy, f"{seed}/{number}", tell=sys.stdout.write)
        done.append(session.result)
        session.run([chance.choice(EVERY) for _ in range(kills)])
        if not session.result.holds:
            return


def _tell(seed: str, done: list[Result]) -> int:
    for result in done:
        for sentence in result.complaints:
            sys.stdout.write(f"{result.seed}: {sentence}\n")
    lost = sum(len(result.verdict.lost) for result in done if result.verdict)
    doubled = sum(len(result.verdict.doubled) for result in done if result.verdict)
    kills, commands = sum(it.kills for it in done), sum(len(it.ledger) for it in done)
    sys.stdout.write(
        f"seed {seed}: kills {kills}, commands {commands}, lost {lost}, doubled {doubled}\n"
    )
    return 0 if all(result.holds for result in done) else 1


if __name__ == "__main__":
    sys.exit(main())
