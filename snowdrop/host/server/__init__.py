"""The server: one process tree, and a gate in front of Django."""
