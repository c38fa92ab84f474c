"""Facts as JSON."""
