"""AWS for tests: one local cloud a run, a stack a worker, and what to know when a test fails."""

__version__ = "0.1.0"
