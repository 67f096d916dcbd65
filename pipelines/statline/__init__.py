"""CBS StatLine over HTTP: the catalogue, metadata and rows of a table, within limits, with an error per cause.

What does not belong here: storing anything (``snapshots``), what a row means (``observations``), and any knowledge of
one particular table (that is yml in ``sources``).
"""
