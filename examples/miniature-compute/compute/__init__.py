"""The core: it keeps track of instances and asks a driver to run them."""
