"""Contributing teams: invited to a goal, and agreeing, declining or leaving."""
