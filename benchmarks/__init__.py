"""How long Bailiwick and its peers take over the whole of Nova, measured side by side."""
