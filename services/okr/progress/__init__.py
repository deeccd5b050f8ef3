"""What key results have reached: the series of values, the current one, and progress."""
