"""The pages for people: links lead somewhere, commands exist, messages are said, both READMEs say the same."""

import ast
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer.main

from fixtures.command import ROOT
from fixtures.dashboard import lines as lines_drawn
from fixtures.differences import DIFFERENCES
from fixtures.inprocess import notas_here
from fixtures.strategies.broken import FAULTS
from fixtures.strategies.damage import DAMAGES
from fixtures.template import parsed
from pipeline.cli import app
from pipeline.deploy import TEMPLATE
from tests.mutants.__main__ import _parser as mutants_parser
from tests.permissions.__main__ import _parser as permissions_parser
from tests.struck import _parser as struck_parser

MOST_LINES = 150

ENGLISH, PORTUGUESE = ROOT / "README.md", ROOT / "README.pt-BR.md"
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])
OF_PLUGIN = sorted((ROOT / "aws_stack").rglob("*.md"))
"""The pages of the distribution beside this one. Its tests run what they show."""
GENERATED = [ROOT / "docs" / f"{name}.md" for name in ("mutants", "permissions", "strikes")]
WRITTEN = [page for page in PAGES if page not in GENERATED]

_BLOCK = re.compile(r"^ *```(?P<kind>\w*)\n(?P<text>.*?)^ *```$", re.MULTILINE | re.DOTALL)
_SPAN = re.compile(r"(?P<fence>`+)(?P<code>.+?)(?P=fence)")
_HEADING = re.compile(r"^(?P<level>#+) (?P<text>.+)$", re.MULTILINE)
_LINK = re.compile(r'\]\((?P<inline>[^)\s]+)\)|^\[[^\]]+\]: (?P<defined>\S+)|src="(?P<image>[^"]+)"', re.MULTILINE)
_REFERENCE = re.compile(r"\[[^\]]+\]\[(?P<name>[^\]]+)\]")
_DEFINED = re.compile(r"^\[(?P<name>[^\]]+)\]: ", re.MULTILINE)


def of(pages: list[Path]) -> pytest.MarkDecorator:
    """A test for each page."""
    return pytest.mark.parametrize("page", pages, ids=lambda page: page.relative_to(ROOT).as_posix())


def prose(page: Path) -> str:
    """A page without what stands in it as code."""
    return _SPAN.sub("", _BLOCK.sub("", page.read_text(encoding="utf-8")))


def links(page: Path) -> list[str]:
    """Where its links and images lead."""
    return [next(filter(None, link.groups())) for link in _LINK.finditer(prose(page))]


def relative(page: Path) -> list[str]:
    """Those of its links that lead to files of the project."""
    return [link for link in links(page) if "://" not in link]


def anchors(page: Path) -> set[str]:
    """The names that GitHub gives to the headings of a page."""
    found: Counter[str] = Counter()
    names = set()
    for heading in _HEADING.finditer(_BLOCK.sub("", page.read_text(encoding="utf-8"))):
        name = re.sub(r"[^\w\- ]", "", heading["text"].lower()).replace(" ", "-")
        names.add(f"{name}-{found[name]}" if found[name] else name)
        found[name] += 1
    return names


def lines(page: Path) -> list[str]:
    """The lines of its blocks of commands, without comments and the space that a list needs."""
    blocks = [
        block["text"] for block in _BLOCK.finditer(page.read_text(encoding="utf-8")) if block["kind"] == "console"
    ]
    return [re.sub(r" +# .*", "", line).strip() for block in blocks for line in block.splitlines()]


def commands(page: Path) -> list[str]:
    """Every command of a page, in blocks and in the text."""
    in_blocks = [line.removeprefix("$ ") for line in lines(page) if line.startswith("$ ")]
    return in_blocks + [span["code"] for span in _SPAN.finditer(_BLOCK.sub("", page.read_text(encoding="utf-8")))]


def words(page: Path, program: str) -> Iterator[list[str]]:
    """What follows a program, in every command of a page that starts with it."""
    for command in commands(page):
        found = re.fullmatch(rf"(?:sudo )?(?:\.venv/bin/)?{re.escape(program)} (?P<rest>.+)", command)
        if found:
            yield found["rest"].split()


def options(arguments: list[str]) -> list[str]:
    """The options among arguments: `--seeds`, `-n`."""
    return [word.partition("=")[0] for word in arguments if re.match(r"--?[a-z]", word)]


@of([*PAGES, *OF_PLUGIN])
def test_every_relative_link_leads_to_a_file_and_its_anchor_to_a_heading(page: Path) -> None:
    for link in relative(page):
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), link
        assert not anchor or anchor in anchors(target), link


@of(WRITTEN)
def test_every_reference_is_defined_and_every_definition_used(page: Path) -> None:
    text = prose(page)
    assert {link["name"] for link in _REFERENCE.finditer(text)} == {one["name"] for one in _DEFINED.finditer(text)}


@pytest.mark.parametrize("readme", [ENGLISH, PORTUGUESE], ids=lambda page: page.name)
def test_every_page_is_found_from_the_readme_which_is_short(readme: Path) -> None:
    found = {(ROOT / link.partition("#")[0]).resolve() for link in relative(readme)}
    assert set(PAGES) - {readme} - found == set()
    assert len(readme.read_text(encoding="utf-8").splitlines()) <= MOST_LINES


def without_language(line: str) -> str:
    """A line of a block without what is in the reader's language: the names of his files, and what is printed."""
    if line.startswith("$ "):
        return re.sub(r"[\w-]+\.(json|jsonl|html)\b", r"FILE.\1", line)
    return " ".join(re.findall(r"\d+|[\w-]+\.json", line))


def test_both_readmes_have_the_same_headings_blocks_links_and_figures() -> None:
    texts = [page.read_text(encoding="utf-8") for page in (ENGLISH, PORTUGUESE)]
    headings, kinds, figures = [], [], []
    for text in texts:
        outside = _BLOCK.sub("", text)
        headings.append([len(heading["level"]) for heading in _HEADING.finditer(outside)])
        kinds.append([block["kind"] for block in _BLOCK.finditer(text)])
        # Portuguese writes 0,8 and 2.403.
        figures.append(Counter(re.sub("[.,]", "", one) for one in re.findall(r"\d+(?:[.,]\d+)*", outside)))
    assert headings[0] == headings[1]
    assert kinds[0] == kinds[1]
    assert figures[0] == figures[1]
    shown = [[without_language(line) for line in lines(page)] for page in (ENGLISH, PORTUGUESE)]
    assert shown[0] == shown[1]
    readmes = {ENGLISH.name, PORTUGUESE.name}
    # Pictures of the page are in the reader's language.
    targets = [
        [link.replace(".pt-BR.png", ".png") for link in links(page) if link not in readmes]
        for page in (ENGLISH, PORTUGUESE)
    ]
    assert targets[0] == targets[1]


@pytest.mark.parametrize(("readme", "language"), [(ENGLISH, "en"), (PORTUGUESE, "pt")], ids=["en", "pt"])
def test_the_reasons_that_a_readme_shows_are_what_is_said(readme: Path, language: str) -> None:
    samples = [str(ROOT / "pipeline" / "samples" / name) for name in ("com-erros.json", "malformada.json")]
    said = notas_here("check", "--language", language, *samples).out
    [block] = [
        block["text"]
        for block in _BLOCK.finditer(readme.read_text(encoding="utf-8"))
        if block["text"].startswith("$ make demo\n")
    ]
    shown = [line for line in block.splitlines() if line.startswith("  ")]
    assert len(shown) > 5
    assert [line for line in shown if line not in said] == []


@of(WRITTEN)
def test_every_target_of_make_is_in_the_makefile(page: Path) -> None:
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    named = [word for arguments in words(page, "make") for word in arguments if "=" not in word]
    assert [word for word in named if word not in targets] == []


@of(WRITTEN)
def test_every_command_of_notas_and_its_options_are_there(page: Path) -> None:
    group = typer.main.get_group(app)
    for name, *arguments in words(page, "notas"):
        if name == "--help":
            continue
        assert name in group.commands, name
        command = group.commands[name]
        known = {option for parameter in command.params for option in parameter.opts} | {"--help"}
        assert [option for option in options(arguments) if option not in known] == [], name


@of(WRITTEN)
def test_every_option_of_pytest_and_of_the_tests_own_commands_is_there(page: Path, pytestconfig: pytest.Config) -> None:
    for arguments in words(page, "pytest"):
        for option in options(arguments):
            pytestconfig.getoption(option)  # Raises ValueError where there is none.
    parsers = {"tests.mutants": mutants_parser, "tests.permissions": permissions_parser, "tests.struck": struck_parser}
    for arguments in words(page, "python"):
        if arguments[0] == "-m" and arguments[1] in parsers:
            known = parsers[arguments[1]]().format_help()
            assert all(option in known for option in options(arguments[1:])), arguments


@of(WRITTEN)
def test_every_option_named_by_itself_is_one_of_notas_or_pytest(page: Path, pytestconfig: pytest.Config) -> None:
    of_notas = {
        option
        for command in typer.main.get_group(app).commands.values()
        for parameter in command.params
        for option in parameter.opts
    }
    for command in commands(page):
        if command.startswith("--"):
            option = re.split("[ =]", command)[0]
            if option not in of_notas:
                pytestconfig.getoption(option)


def said() -> str:
    """Every text in the sources of the commands and the testbed; "…" is what a message fills in."""
    texts = [(ROOT / "Makefile").read_text(encoding="utf-8")]
    for folder in ("aws_stack", "pipeline", "fixtures", "images", "requirements"):
        for source in (ROOT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
                if isinstance(node, ast.JoinedStr):
                    parts = [str(part.value) if isinstance(part, ast.Constant) else "…" for part in node.values]
                    texts.append("".join(parts))
                elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                    texts.append(re.sub(r"\{[^{}]*\}", "…", node.value))
    return "\n".join(texts)


def test_every_message_of_troubleshooting_is_said_somewhere() -> None:
    rows = re.findall(
        r"^\| (`.+?) \|", (ROOT / "docs" / "troubleshooting.md").read_text(encoding="utf-8"), re.MULTILINE
    )
    messages = [span["code"] for row in rows for span in _SPAN.finditer(row)]
    assert len(messages) >= 8
    text = said()
    of_others = {
        "No module named venv",
        ".venv/bin/notas: not found",
        "invalid peer certificate",
        "The security token included in the request is invalid",
        "does not have permissions to call",
    }
    missing = [message for message in messages if message not in of_others and message.replace("4566", "…") not in text]
    assert missing == []


def test_every_code_of_a_refusal_is_explained_in_the_contract() -> None:
    contract = (ROOT / "docs" / "contract.md").read_text(encoding="utf-8")
    explained = {
        span["code"] for row in re.findall(r"^\| (`.+?) \|", contract, re.MULTILINE) for span in _SPAN.finditer(row)
    }
    of_invoices = {code for fault in FAULTS for code, _ in fault.breaks}
    of_documents = {code for _, codes, _ in DAMAGES.values() for code in codes}
    assert (of_invoices | of_documents) - explained == set()


def test_every_setting_that_does_not_arrive_is_in_the_table_of_its_cloud() -> None:
    text = (ROOT / "docs" / "clouds.md").read_text(encoding="utf-8")
    links = dict(re.findall(r"^\[(\S+)\]: (\S+)$", text, re.MULTILINE))
    row = re.compile(r"^\| `(AWS::\S+)` `(\S+)` \| (?:yes|\[no\]\[(\S+)\]) \| (?:yes|\[no\]\[(\S+)\]) \|", re.MULTILINE)
    named: dict[str, set[tuple[str, str, str]]] = {"aws": set(), "embedded": set(), "localstack": set()}
    for kind, path, embedded, localstack in row.findall(text):
        for cloud, link in (("embedded", embedded), ("localstack", localstack)):
            if link:
                named[cloud].add((kind, path, links[link]))
    assert named == {cloud: {(one.kind, one.path, one.upstream) for one in rows} for cloud, rows in DIFFERENCES.items()}


def properties(kind: str) -> dict[str, Any]:
    """The template's resources of a kind, by name."""
    found = parsed(TEMPLATE.read_text(encoding="utf-8"))["Resources"]
    return {name: one["Properties"] for name, one in found.items() if one["Type"] == kind}


def test_every_alarm_has_a_row_that_says_what_it_means_and_what_to_do() -> None:
    text = (ROOT / "docs" / "alarms.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(\w+Alarm)` \| (.{20,}?) \| (.{5,}) \|$", text, re.MULTILINE)
    alarms = properties("AWS::CloudWatch::Alarm")
    assert [name for name, _, _ in rows] == list(alarms)
    assert f"| {len(alarms)} alarms |" in text
    # What the mail says.
    assert all(len(alarm["AlarmDescription"]) > 20 for alarm in alarms.values())


def test_the_page_of_alarms_counts_what_the_functions_measure() -> None:
    text = (ROOT / "docs" / "alarms.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(ingest|stalled|api)` \| (.+) \|$", text, re.MULTILINE)
    named = {(service, metric) for service, cell in rows for metric in re.findall(r"`(\w+)`", cell)}
    drawn = [metric for metric, _ in lines_drawn(parsed(TEMPLATE.read_text(encoding="utf-8")))]
    own = {(dict(one.dimensions)["service"], one.name) for one in drawn if not one.namespace.startswith("AWS/")}
    assert named == own
    assert f"| {len(own)} metrics of its own |" in text


def test_every_parameter_that_a_page_sets_is_in_the_template_and_may_have_that_value() -> None:
    parameters = parsed(TEMPLATE.read_text(encoding="utf-8"))["Parameters"]
    found = [
        pair
        for page in WRITTEN
        for pair in re.findall(r"(?:--parameter |`)([A-Z][a-z]\w+)=([\w.-]+)", page.read_text(encoding="utf-8"))
    ]
    assert {"MemorySize", "AlarmEmail", "Tracing", "ApiAccessLog"} <= {name for name, _ in found}
    assert [pair for pair in found if pair[0] not in parameters] == []
    assert [
        (name, value) for name, value in found if value not in map(str, parameters[name].get("AllowedValues", [value]))
    ] == []
