"""Is it so? What libcst says of a module, whole or cut down, as references."""
