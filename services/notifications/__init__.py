"""The notifications service: who hears what, when, where, and in which language."""
