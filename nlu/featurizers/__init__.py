"""Featurizers."""
