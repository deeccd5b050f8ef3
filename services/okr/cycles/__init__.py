"""Cycles, and the teams' places in them."""
