"""How long a document takes to draw."""
