"""Notifications' own copy of what other services own: goals, teams, and who is reached how."""
