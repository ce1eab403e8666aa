"""What MiniStack 1.5 does again and again, done once.

It takes each statement of PartiQL and each expression apart, some of them several times a request, though thousands of
them differ in their parameters only; and it unpacks a function's package for each process that runs it.
"""

import functools
import hashlib
import os
import shutil
import tempfile
import threading
import zipfile
from pathlib import Path
from types import SimpleNamespace
from typing import Any

_unpacking = threading.Lock()


def amend() -> None:
    """Amend MiniStack in this process, before it serves."""
    from ministack.core import lambda_runtime as runtime  # noqa: PLC0415 - as in `rest`
    from ministack.services import _dynamodb_keywords as partiql  # noqa: PLC0415
    from ministack.services import dynamodb  # noqa: PLC0415

    # Those who ask for the tokens only read them.
    for module in (partiql, dynamodb):
        module._tokenize = functools.lru_cache(maxsize=1024)(module._tokenize)
    runtime.zipfile = SimpleNamespace(**{**vars(zipfile), "ZipFile": UnpackedOnce})


class UnpackedOnce(zipfile.ZipFile):
    """A package whose files are unpacked once: whoever wants them gets folders of its own, with links to them.

    Nobody changes the files, as on AWS, where a function's code is on a file system that is read-only.
    """

    def extractall(self, path: Any = None, members: Any = None, pwd: Any = None) -> None:
        """Unpack all files into a folder."""
        if self.filename is None or path is None or members is not None:
            return super().extractall(path, members, pwd)
        digest = hashlib.sha256(Path(self.filename).read_bytes()).hexdigest()
        whole = Path(tempfile.gettempdir()) / f"code-{digest}"
        with _unpacking:
            if not whole.exists():
                unfinished = whole.with_suffix(".part")
                super().extractall(unfinished, pwd=pwd)
                unfinished.rename(whole)
        shutil.copytree(whole, path, copy_function=os.link, dirs_exist_ok=True)
        return None
