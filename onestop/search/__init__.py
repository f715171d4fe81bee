"""Everyday words → the official procedure. Pure numpy and scipy: no database, no clock, no Rasa."""

from onestop.search.index import NONE, SEVERAL, SURE, Hit, Index, SearchResult, build_index
from onestop.search.learnt import LearntModel, learn
from onestop.search.records import SearchableProcedure, WrittenQuery, read_queries, read_query_folder

__all__ = [
    "NONE",
    "SEVERAL",
    "SURE",
    "Hit",
    "Index",
    "LearntModel",
    "SearchResult",
    "SearchableProcedure",
    "WrittenQuery",
    "build_index",
    "learn",
    "read_queries",
    "read_query_folder",
]
