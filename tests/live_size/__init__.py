"""Tables of the size that they have at the live service, made up, and what it takes to bring them in.

``python -m tests.live_size`` takes the made CBS of 2026 (``tests.support.cbs_2026``), widens the tables that are large
at CBS to their live size, serves them as CBS does, and measures each table on its own, a whole refresh into an empty
warehouse and the quiet night after it. It runs outside CI: it takes some twenty minutes, and 2 GB of disk.

What is added is filler, and says so in its titles: codes and periods that no measure reads, columns that no measure
reads, wijken and buurten with a share of their municipality. Every figure that was made before stays as it was, so a
release still comes out of it.
"""
