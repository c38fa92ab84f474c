"""The company page."""
