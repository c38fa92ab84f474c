"""Claims about figures in plain sentences: what they say, and whether filed figures support them."""
