"""What each person was told, and what they want mailed."""
