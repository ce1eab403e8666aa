"""Broken pipelines, to test the tests: `python -m tests.mutants` shows whether they find what is wrong with each."""
