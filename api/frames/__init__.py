"""The tables of the Python client."""
