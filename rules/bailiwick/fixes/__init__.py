"""Fixes: edits that put findings right, for a hook to write and an editor to offer."""
