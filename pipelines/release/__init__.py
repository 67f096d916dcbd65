"""Build, audit, publish, compare, roll back and explain releases of the monitor.

What does not belong here: Dagster, fetching from CBS, and figures (those are computed in ``dbt_project`` and never
changed after it).
"""
