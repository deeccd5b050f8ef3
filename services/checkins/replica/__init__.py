"""Checkins' own copy of what other services own: who is who, goals, and what okr counted."""
