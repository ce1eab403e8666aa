"""The exit codes of commands besides those of errors, which `aws_stack.errors` has. As shells see them."""

INTERRUPTED = 130
"""Ctrl-C ended it."""

UNREAD = 141
"""All went well, but nobody read the output to its end: the code of a tool that SIGPIPE ends.

SIGPIPE itself would also end a command whose server closes a connection.
https://docs.python.org/3/library/signal.html#note-on-sigpipe
"""
