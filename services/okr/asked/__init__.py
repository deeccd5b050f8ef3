"""What waits for an answer of whoever asks, over all that okr knows."""
