"""Units and teams."""
