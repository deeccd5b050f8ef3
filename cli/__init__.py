"""The `soihtu` command, for local use and for operations."""
