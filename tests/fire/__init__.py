"""The line under fire: roles are killed at seams held from outside, and nothing is lost or doubled.

A `session.Session` is one system, and kills as its seed has it: it sends commands (`mix.py`, about
what `world.py` has), until the last of them leads a role to a seam (`seams.py`), where the role is
held and seen, and dies. It is started again, a command without an answer is sent again, and the
line comes to rest (`rest.py`). `test_kills.py` has 25 kills, `soak.py` any number. Every command
that was acknowledged is in a `ledger.Ledger`.

Roles are forked from a parent that has imported what they import (`zygote.py`, `forking.py`), and
reach Kafka by a proxy that can hold a request of theirs (`proxy.py`).

What judges is apart from what kills, and knows nothing of how it was killed:

    from tests.fire.oracle import Verdict, check

    check(system: ThrowAwaySystem, ledger: Ledger) -> Verdict

is called with the line at rest: outboxes empty, every worker at the end of its topics; people may
not be told yet of what was noted, but a session waits for that before its last verdict. It uses
`system.addresses.databases[service].app`, `system.kafka` and `system.topic(name)`, and where it is
given them the mails that the mail server was sent (`FireSystem.posted`). A `Verdict` has
three tuples of sentences, `lost` (acknowledged, and not there), `doubled` (there more often than
acknowledged) and `differences` (tables that are not the fold of the topics), and `holds`, true
where all three are empty.

A role is run by `chassis.roles.main(service, argv)`. `Session(…, sabotage={…})` takes for a
role (`okr-relay`) the dotted name of another function with these arguments,
`tests.fire.saboteurs.offsets_first:main`, which is run in its place in the role's own process.
`test_saboteurs.py` holds that the kills find every one of `saboteurs/`, and `test_oracle.py` that
what judges finds whatever is planted in a run that holds.
"""
