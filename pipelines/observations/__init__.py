"""One long shape for every table: what a column, a code and a cell stand for, and what CBS changed about a table.

The way of a table: ``plan`` says what its metadata and the yml make of it, ``cells`` turns its rows into observations,
``shape_builder`` gathers its shape on the way, ``drift`` compares that with the one before, and ``store`` puts the
version in use; ``observer`` leads one table along, ``intake`` all tables of a run. ``contact`` looks at tables
before any of that.

What does not belong here: fetching (``snapshots``), and indicators (``dbt_project``).
"""
