"""Decides where an instance runs."""
