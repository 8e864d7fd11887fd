"""Runs instances on whole machines."""
