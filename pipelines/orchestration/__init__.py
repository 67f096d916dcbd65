"""Thin Dagster on top of the monitor: assets, checks, jobs, schedules and the one resource they share.

What does not belong here: work. Every asset body calls ``statline``, ``quality`` or ``release`` and turns what they
report into Dagster's words.
"""
