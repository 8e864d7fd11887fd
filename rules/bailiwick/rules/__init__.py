"""What breaks a boundary: one rule, one file, with its page and its examples."""
