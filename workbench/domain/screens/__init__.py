"""Charts, saved views and what screens give over time."""
