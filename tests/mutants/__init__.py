"""Broken pipelines: does the suite find what is wrong with each? `python -m tests.mutants` asks."""
