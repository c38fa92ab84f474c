"""Facts as filed."""
