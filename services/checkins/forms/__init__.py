"""The check-in form, filled in with what is known."""
