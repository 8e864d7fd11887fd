"""Source as it is read: bytes to text, text to statements, folders to modules."""
