"""The commands that the server brings to the command line, one file each."""
