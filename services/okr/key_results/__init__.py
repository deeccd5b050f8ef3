"""Key results of an objective: added, measured, stated anew, dropped."""
