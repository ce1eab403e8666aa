"""Is called in the place of a Python handler that is deployed: gives its clients the endpoint, and calls it.

It lies in the deployment package beside `python_function.py` and the handler's own code. JUDGED names the handler.
"""

import importlib
import os

from python_function import redirect  # type: ignore[import-not-found] # it lies beside this one there

redirect(
    {
        "endpoint": os.environ["AWS_ENDPOINT_URL"],
        "region": os.environ["AWS_REGION"],
        "account": os.environ["AWS_ACCESS_KEY_ID"],
    }
)
_module, _dot, _name = os.environ["JUDGED"].rpartition(".")
handler = getattr(importlib.import_module(_module.replace("/", ".")), _name)
