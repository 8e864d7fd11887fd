"""The commands of the reports: one file each, called by the command line as it calls its own."""
