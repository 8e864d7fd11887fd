"""Who may approve what, and what nobody may."""
