"""A first policy for a tree that has none, from what the tree and its other tools say."""
