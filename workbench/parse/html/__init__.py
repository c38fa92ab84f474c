"""Filing documents as text."""
