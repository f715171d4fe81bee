"""A stand-in for Zalo: its OAuth, Official Account and template APIs, its webhook and its users."""
