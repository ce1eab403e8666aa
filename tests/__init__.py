"""Tests: `unit` needs nothing, the others need a cloud."""
