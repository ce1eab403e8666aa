"""Judges any implementation of the invoice pipeline: which promises of the contract it keeps.

An adapter, a few lines of TOML, says where the implementation is. Its source is never edited.
"""
