"""What stands between a subsystem and a repository of its own."""
