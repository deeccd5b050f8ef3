"""Final scores of key results, and what an objective's amount to."""
