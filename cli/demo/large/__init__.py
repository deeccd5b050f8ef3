"""The whole agency, of any size: its twelve teams as they are told, the rest made around them."""
