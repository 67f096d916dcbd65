"""Immutable versions of CBS tables as published, with all metadata: fetching, keeping, withdrawal and freshness.

What does not belong here: HTTP (``statline``), and any meaning of a row (``observations``).
"""
