"""Choosing together: support, how a team agreed, and changes of what it has agreed on."""
