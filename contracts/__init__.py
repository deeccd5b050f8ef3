"""What the services say to each other, and what the agency says to others."""
