"""Judged as you type: the language server, `bailiwick server`."""
