"""Tests: `unit` needs nothing, `e2e` needs a cloud."""
