"""What a team says and does: check-ins, and its looking back on a cycle."""
