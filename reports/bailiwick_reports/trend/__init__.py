"""The debt and the references across boundaries, over revisions."""
