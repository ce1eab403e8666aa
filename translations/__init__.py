"""Keeps the catalogue of `pipeline/functions/locale`: every sentence in English, and what it is in Portuguese."""
