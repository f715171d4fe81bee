"""The province's SMS gateway: one call, its answers as values. Knows neither Rasa nor a database."""
