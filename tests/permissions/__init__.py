"""Every permission of the template taken away in turn: `python -m tests.permissions` shows which test then fails."""
