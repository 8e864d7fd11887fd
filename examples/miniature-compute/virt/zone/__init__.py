"""Runs instances in the zones of a mainframe."""
