"""Data sets and generators: one task a file."""
