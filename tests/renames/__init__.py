"""``python -m tests.renames``: the column of each measure gets another title at CBS, one at a time.

For every column that a measure reads, in the newest table of the made CBS of 2026 that has it: into an empty warehouse
only the measures of that column lack, and all else is as it was; into a filled one the table keeps its last good
version; the message names the line to write, and with exactly that line in a copy of the yml every figure is there
again. About two minutes per ten columns.
"""
