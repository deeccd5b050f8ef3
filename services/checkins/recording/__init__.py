"""Check-ins: recorded, corrected, read."""
