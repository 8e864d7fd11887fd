"""The review of a series of commits: what of it is not its submitters' own affair."""
