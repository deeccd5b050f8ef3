"""Fold events into tables, one for each kind; what refers to another is joined when asked."""
