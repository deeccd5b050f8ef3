"""`soihtu subscriber`: what other agencies are granted to read."""
