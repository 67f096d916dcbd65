"""The datasets: ONE yml per dataset, and what a yml can say.

Adding a CBS table is adding or editing one yml here. What does not belong here: asking CBS (``statline``), and what a
figure means.
"""
