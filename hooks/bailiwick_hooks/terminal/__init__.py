"""What every command does with a terminal and with files, whichever package brings the command."""
