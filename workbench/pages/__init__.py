"""Panel pages, each served as a function."""
