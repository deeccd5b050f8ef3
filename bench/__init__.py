"""Measures Soihtu against bare loops of the same run, and prints ratios."""
