"""What the same work costs without us: loops that import nothing of ours."""
