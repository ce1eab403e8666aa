"""What a function's package is built for."""

import platform
import sys
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Target:
    """A Lambda runtime such as "python3.13", and "x86_64" or "arm64".

    `native` packages are for this very interpreter and machine, whatever its system.
    """

    runtime: str
    architecture: str
    native: bool = False

    @classmethod
    def this_interpreter(cls) -> "Target":
        """For functions that run on this interpreter, as on the embedded cloud."""
        architecture = "arm64" if platform.machine().lower() in ("arm64", "aarch64") else "x86_64"
        return cls(f"python{sys.version_info[0]}.{sys.version_info[1]}", architecture, native=True)

    @property
    def python_version(self) -> str:
        """Such as "3.13"."""
        return self.runtime.removeprefix("python")

    @property
    def uv_platform(self) -> str:
        """The machine and its C library, as uv names them, such as "aarch64-manylinux_2_28"."""
        machine = {"x86_64": "x86_64", "arm64": "aarch64"}[self.architecture]
        # Lambda runs Python 3.11 on Amazon Linux 2, with glibc 2.26, and later ones on Amazon Linux 2023, with 2.34:
        # https://docs.aws.amazon.com/lambda/latest/dg/python-image.html
        # Between 2.17 and 2.28, uv has no name for any.
        return f"{machine}-manylinux_{'2_17' if self.runtime == 'python3.11' else '2_28'}"
