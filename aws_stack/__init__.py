"""AWS for tests: one local cloud a run, a stack a worker, and what to know when a test fails."""

import sys

__version__ = "0.1.0"

if sys.platform == "win32":
    # Before any module that Windows lacks is imported, fcntl for one.
    sys.stderr.write("aws_stack runs on Linux and macOS, and on Windows inside WSL2. Set WSL2 up with: wsl --install\n")
    sys.exit(3)
