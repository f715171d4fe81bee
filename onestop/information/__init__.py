"""Information look-ups: news, power cuts, land prices … A look-up is a data file and a provider (`providers/`).

docs/adding-a-lookup.md shows how to add one.
"""
