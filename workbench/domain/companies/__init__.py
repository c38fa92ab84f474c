"""Companies by the names that people give them."""
