"""The line under fire: roles are killed at seams held from outside, and nothing is lost or doubled.

`session.Session` runs a plan made from a seed (`plan.py`) against a `system.FireSystem`: it sends
commands, holds a seam (`seams.py`), sees the role there, kills it, starts it again, and waits
until the line is at rest. Every command that was answered 2xx is in a `ledger.Ledger`.

What judges is apart from what kills, and knows nothing of how it was killed:

    from tests.fire.oracle import Verdict, check

    check(system: ThrowAwaySystem, ledger: Ledger) -> Verdict

is called with the line at rest: outboxes empty, every worker at the end of its topics. It uses
`system.addresses.databases[service].app`, `system.kafka` and `system.topic(name)`. A `Verdict` has
three tuples of sentences, `lost` (acknowledged, and not there), `doubled` (there more often than
acknowledged) and `differences` (tables that are not the fold of the topics), and `holds`, true
where all three are empty.

A role is run by `chassis.roles.main(service, argv)`. `FireSystem(parts, sabotage={...})` takes for
a role (`okr-relay`) the dotted name of another function with these arguments,
`tests.fire.saboteurs.offset_first:main`, which is run in its place in the role's own process.
"""
