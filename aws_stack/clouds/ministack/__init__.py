"""The embedded cloud's process: MiniStack, and what is amended in it."""
