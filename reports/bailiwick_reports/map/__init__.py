"""The map of a tree: its subsystems, sized by code, and all references between them."""
