"""The monitor on every Python that it takes and that is installed here."""
