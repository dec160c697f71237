"""How many writes a second."""
