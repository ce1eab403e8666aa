"""notas: an invoice pipeline on AWS serverless, and the means to run it anywhere."""

import sys

__version__ = "0.1.0"

if sys.platform == "win32":
    # Before any module that Windows lacks is imported, fcntl for one.
    sys.stderr.write("notas runs on Linux and macOS, and on Windows inside WSL2. Set WSL2 up with: wsl --install\n")
    sys.exit(3)
