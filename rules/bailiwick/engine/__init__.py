"""From a tree to a report: files to sieve, sieve to libcst, references to rules, findings kept."""
