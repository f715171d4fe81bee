"""Accuracy of the understanding, and the same components on public corpora."""
