"""One look-up a module: a `Provider` and `PROVIDER`, an instance of it."""
