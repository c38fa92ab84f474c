"""The market page and the company list."""
