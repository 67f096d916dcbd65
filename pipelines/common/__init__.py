"""What every room uses and no room is about: settings, files that survive a crash, the writer lock, located yml, SQL
text, Dutch words and numbers, progress.

What does not belong here: anything that knows a table, a dataset, a release or Dagster.
"""
