"""Objectives and their key results: proposed, agreed, closed, and what they contribute to."""
