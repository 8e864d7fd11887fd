"""Proof that the lines of a policy are held, in the configuration that runs."""
