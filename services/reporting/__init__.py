"""Answers every question that crosses teams; a replay can rebuild all that it holds."""
