"""A municipality's own figures: CSV files with a yml beside each, checked, and kept as immutable versions.

The way of a file: ``description`` says what its yml may hold, ``table`` checks its rows with frictionless and
``figures`` with the rules of the monitor, ``store`` keeps what was good, and ``intake`` leads all files of the folder
along. ``blank_forms`` are ready-made yml for what no open source has.

What does not belong here: figures of CBS (``snapshots``, ``observations``), and rounding (``dbt_project``).
"""
