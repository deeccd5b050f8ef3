"""The strategy of each year: its pillars and goals as they were said, and what was left out."""
