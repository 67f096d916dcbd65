"""One long shape for every table: what a column, a code and a cell stand for, and what CBS changed about a table.

What does not belong here: fetching (``snapshots``), and indicators (``dbt_project``).
"""
