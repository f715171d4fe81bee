"""How Rasa is run: stores, locks, the way to the action server, and the process that holds them together."""
