"""How a team gets its torchbearer and deputy: who stands, what the team says, who hands over."""
