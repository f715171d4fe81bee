"""Webhook in → message at Zalo: ours beside stock Rasa, in one run."""
