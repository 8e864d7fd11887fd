"""Judged at commit and in CI: the command line, its output formats and its exit codes."""
