"""Remarks on goals: comments, questions of other units, and requests of other teams."""
