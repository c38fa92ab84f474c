"""News about companies."""
