"""Suppressions: found as comments in a text, and weighed against its findings."""
