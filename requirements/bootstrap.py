"""Make a virtual environment that has uv in it, which installs all else.

Usage: bootstrap.py FOLDER REQUIREMENTS

`venv` would install pip first, which takes longer than all that pip does here. Every Python brings pip as a wheel, and
a wheel can be imported: https://docs.python.org/3/library/ensurepip.html
"""

import os
import subprocess
import sys
from pathlib import Path

LEAST = (3, 11)


def wheel_of_pip():
    """The file of pip's wheel, or None where this Python keeps it elsewhere. Raises ImportError where it has none."""
    import ensurepip  # noqa: PLC0415 - Debian has it in a package of its own
    import sysconfig  # noqa: PLC0415

    folders = [Path(ensurepip.__file__).parent / "_bundled", Path(sysconfig.get_config_var("WHEEL_PKG_DIR") or "none")]
    return next((wheel for folder in folders for wheel in sorted(folder.glob("pip-*.whl"))), None)


def main(folder, requirements):
    """Make the environment. Exits with one line where that cannot be."""
    found = ".".join(map(str, sys.version_info[:2]))
    if sys.version_info < LEAST:
        sys.exit(f"notas needs Python 3.11 or later; this is {found}. Try: make PYTHON=python3.12")
    try:
        wheel = wheel_of_pip()
    except ImportError:
        sys.exit(f"this Python cannot make virtual environments. On Debian or Ubuntu: apt install python{found}-venv")
    made = subprocess.run([sys.executable, "-m", "venv", *(["--without-pip"] if wheel else []), folder], check=False)
    if made.returncode:
        return made.returncode
    pip = [Path(folder, "bin", "python"), "-m", "pip", "--disable-pip-version-check", "--quiet"]
    environment = {**os.environ, "PYTHONPATH": str(wheel)} if wheel else os.environ
    # An attempt that was interrupted may have left what pip takes for the package, without its program.
    command = [*pip, "install", "--ignore-installed", "--require-hashes", "-r", requirements]
    return subprocess.run(command, check=False, env=environment).returncode


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
