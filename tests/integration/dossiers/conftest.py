"""The services over the one-stop shop's database (`onestop.services.dossiers`, `places`)."""

from tests.databases import demo_reader, demo_url  # noqa: F401
