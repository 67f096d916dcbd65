"""Thin Dagster on top of the monitor: assets, checks, jobs, schedules and the one resource they share.

What does not belong here: work. Every asset body calls a room below and turns what that reports into Dagster's words.
"""
