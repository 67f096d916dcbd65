"""Everything that knows CBS StatLine: datasets, client, snapshots, codes and periods, observations, recording server.

What does not belong here: Dagster, dbt, indicators, and any knowledge of one particular table (that is yml in
``pipelines/sources``).
"""
