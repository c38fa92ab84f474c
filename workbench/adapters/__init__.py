"""Concrete implementations of the ports that are not sources."""
