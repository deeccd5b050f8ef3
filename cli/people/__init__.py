"""What people do with goals in a terminal."""
