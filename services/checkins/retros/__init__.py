"""Retros: what a team made of a cycle, and what it learned."""
