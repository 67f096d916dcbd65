"""A fresh DuckDB file from frozen inputs: the folder of a run, what goes in, dbt, and what its checks found.

What does not belong here: the network, judging what was built (``audit``), and figures (``dbt_project``).
"""
