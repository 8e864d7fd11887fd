"""What a project declares of itself where it is packaged: the objects that others find by name."""
