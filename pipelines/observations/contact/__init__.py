"""First contact with tables of CBS, before anything is fetched: is what the yml ask there, a yml for tables that none
lists, and figures that a person typed over from CBS's pages.

All of it rests on metadata and single rows. What does not belong here: printing it (``commands``), and reading a whole
table (``intake``).
"""
