"""The driver API, and one directory for each driver."""
