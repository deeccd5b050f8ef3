"""What people are told of: the rules as data, and from which events and moments they follow."""
