"""The baseline: recorded debt, owned and dated, that may only shrink."""
