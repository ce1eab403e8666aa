"""The judge's two pages say the same: every setting of an adapter, and adapters that can be read."""

import re
from pathlib import Path

import pytest

from fixtures.command import ROOT
from pipeline.functions.language import ENGLISH, PORTUGUESE
from pipeline.judge.adapter import COUNTS, RULES
from pipeline.judge.kinds import API, KINDS, LEDGER, REFUSALS
from pipeline.judge.promises import PROMISES
from pipeline.judge.reading import load
from pipeline.words import _, speaking

PAGES = [ROOT / "docs" / "judge.md", ROOT / "docs" / "judge.pt-BR.md"]

both = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)


def settings(page: Path) -> dict[str, str]:
    """What the page's table says of each setting."""
    rows = re.findall(r"^\| (`\w+`(?:, `\w+`)*) \| (.+) \|$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {name: said for names, said in rows for name in re.findall(r"\w+", names)}


@both
def test_a_page_names_every_setting(page: Path) -> None:
    said = settings(page)
    assert sorted(said) == sorted(KINDS)
    inner = {"refusals": REFUSALS, "ledger": [*LEDGER, *COUNTS], "api": API, "rules": RULES}
    assert [(name, one) for name, names in inner.items() for one in names if f"`{one}" not in said[name]] == []


@both
def test_the_adapters_on_a_page_can_be_read(page: Path, tmp_path: Path) -> None:
    (tmp_path / "template.yaml").write_text(
        "Resources: {T: {Type: AWS::Serverless::SimpleTable}, F: {Type: AWS::Serverless::Function, "
        "Properties: {Handler: app.handler}}}",
        encoding="utf-8",
    )
    blocks = re.findall(r"^ *```toml\n(.*?)```", page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    for block in [re.sub(r"^ +", "", block, flags=re.MULTILINE) for block in blocks]:
        (tmp_path / "adapter.toml").write_text(block, encoding="utf-8")
        load(tmp_path / "adapter.toml")
    assert any("reasons =" in block and "api =" in block for block in blocks)


@pytest.mark.parametrize("language", [ENGLISH, PORTUGUESE])
def test_every_promise_says_what_it_means_and_how_it_is_mended(language: str) -> None:
    with speaking(language):
        said = [(_(one.name), _(one.means), _(one.mended)) for one in PROMISES]
    assert all(all(parts) for parts in said)
    assert not [one for parts in said for one in parts if "{{" in one or "}}" in one]
