"""The cut-over: how each key result of a team goes on when a cycle ends."""
