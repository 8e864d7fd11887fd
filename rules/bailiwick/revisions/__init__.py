"""What changed: the state of a tree before a commit, a branch or a patch, as git knows it."""
