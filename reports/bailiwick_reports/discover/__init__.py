"""Where the natural boundaries of a tree lie: who works on what, what changes and imports what."""
