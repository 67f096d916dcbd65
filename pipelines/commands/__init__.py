"""The commands of ``monitor``: they ask the rooms below, print what those say, and end with the exit code it means.

What does not belong here: deciding or changing anything. No module imports Dagster before its command runs, since that
takes seconds.
"""
