"""What a tree offers, recorded and compared."""
