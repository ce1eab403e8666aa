"""The page at the API's root: one file that loads nothing from elsewhere, made of the plain files in `browser/`.

`browser/page.html` can be opened from disk as well, without an API behind it.
"""

import base64
import json
import re
from collections.abc import Mapping
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from ..language import PORTUGUESE, catalogue

FILES = Path(__file__).parent / "browser"

_LINK = re.compile(r'<link rel="stylesheet" href="(.+?)">')
_SCRIPTS = re.compile(r'(?:<script src=".+?"></script>\s*)+')
_SOURCE = re.compile(r'src="(.+?)"')
# What only those need who read the source: comments on lines of their own, empty lines, space at a line's beginning.
_MARGIN = re.compile(r"^ *(?://.*)?\n|^ +", re.MULTILINE)
_SPACE_IN_CSS = re.compile(r"\s*([{};])\s*|(?<=[:,])\s+")

# data-t>English<, t("English"), msg("English")
_WORDS = re.compile(r"""data-t(?: \w+)*>([^<]+)<|\b(?:t|msg)\(("(?:[^"\\]|\\.)+")""")


@lru_cache(maxsize=1)
def html() -> str:
    """The page."""
    return assembled(catalogue(PORTUGUESE, words()))


def assembled(portuguese: Mapping[str, str]) -> str:
    """The page that says what is in English in its source as `portuguese` has it."""
    # "<" would end the script in "</script>".
    embedded = json.dumps(portuguese, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")

    def style(link: re.Match[str]) -> str:
        return f"<style>{_SPACE_IN_CSS.sub(lambda space: space[1] or '', _text(link[1]))}</style>"

    def script(tags: re.Match[str]) -> str:
        source = "".join(_text(name) for name in _SOURCE.findall(tags[0]))
        return f"<script>\n{source.replace('/*PORTUGUESE*/{}', embedded)}</script>\n"

    return _SCRIPTS.sub(script, _LINK.sub(style, _text("page.html")))


def words() -> list[str]:
    """The English texts of the page, in the order in which the files have them."""
    texts = (file.read_text(encoding="utf-8") for file in sorted(FILES.iterdir()))
    found = (match for text in texts for match in _WORDS.finditer(text))
    return list(dict.fromkeys(match[1] or json.loads(match[2]) for match in found))


def headers() -> dict[str, str]:
    """Headers that let the page run its own script and style, talk to the API and to S3, and nothing else."""
    script, style = (_digest(tag) for tag in ("script", "style"))
    policy = (
        f"default-src 'none'; img-src data:; script-src '{script}'; style-src '{style}'; "
        "connect-src 'self' https://*.amazonaws.com https://*.amazonaws.com.cn; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
    return {
        "Content-Security-Policy": policy,
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Cache-Control": "no-cache",
    }


def _text(name: str) -> str:
    return _MARGIN.sub("", (FILES / name).read_text(encoding="utf-8"))


@lru_cache(maxsize=2)
def _digest(tag: str) -> str:
    [content] = re.findall(rf"<{tag}>(.*?)</{tag}>", html(), re.DOTALL)
    return "sha256-" + base64.b64encode(sha256(content.encode()).digest()).decode()
