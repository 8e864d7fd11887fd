"""Judged as you type: the language server. Nothing is here yet."""
