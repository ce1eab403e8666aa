"""The page at the API's root: one file that loads nothing from elsewhere."""

import base64
import re
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

FILE = Path(__file__).parent / "page.html"


@lru_cache(maxsize=1)
def html() -> str:
    """The page."""
    return FILE.read_text(encoding="utf-8")


@lru_cache(maxsize=1)
def headers() -> dict[str, str]:
    """Headers that let the page run its own script and style, talk to the API and to S3, and nothing else."""
    script, style = (_digest(tag) for tag in ("script", "style"))
    policy = (
        f"default-src 'none'; img-src data:; script-src '{script}'; style-src '{style}'; "
        "connect-src 'self' https://*.amazonaws.com; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
    return {
        "Content-Security-Policy": policy,
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Cache-Control": "no-cache",
    }


def _digest(tag: str) -> str:
    [content] = re.findall(rf"<{tag}>(.*?)</{tag}>", html(), re.DOTALL)
    return "sha256-" + base64.b64encode(sha256(content.encode()).digest()).decode()
