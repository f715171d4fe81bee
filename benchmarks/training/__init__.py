"""How long a whole model takes from nothing: ours beside stock Rasa on the same data."""
