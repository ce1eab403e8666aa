"""The command line in both languages: help, and what is wrong with it."""

import re
from pathlib import Path

import pytest
import typer.main
from typer.testing import CliRunner, Result

from aws_stack.clouds import Cloud
from aws_stack.clouds.standing import AWS_TARGET
from aws_stack.errors import UsageError
from pipeline import audit, cli, deploy
from pipeline.cli import app
from pipeline.client import Client
from pipeline.functions.language import ENGLISH, PORTUGUESE
from pipeline.functions.retelling import _pattern as pattern
from pipeline.functions.retelling import retold
from pipeline.usage import SENTENCES, Notas
from pipeline.words import _, chosen, plural, speaking, spoken


def typed(*words: str, **environment: str) -> Result:
    return CliRunner().invoke(app, words, prog_name="notas", env=environment)


WRONG = {
    "no such option": ["run", "--nope"],
    "an option like another": ["run", "--jsn"],
    "no such command": ["qqq"],
    "a command like another": ["deploi"],
    "no argument": ["run"],
    "no option": ["list"],
    "too many words": ["version", "a", "b"],
    "an option without its value": ["run", "--cloud"],
    "a flag with a value": ["run", "--json=1", "a.json"],
    "none of the choices": ["run", "--cloud", "x", "a.json"],
    "no number": ["send", "--timeout", "x", "a.json"],
    "no whole number": ["up", "--port", "x"],
    "a number that is too large": ["up", "--port", "70000"],
    "a number that is too small": ["up", "--port", "-1"],
    "no such language": ["version", "--language", "de"],
}


@pytest.mark.parametrize("words", WRONG.values(), ids=WRONG)
def test_what_is_wrong_is_said_as_typer_says_it_or_in_portuguese(words: list[str]) -> None:
    english, portuguese = typed(*words), typed(*words, LANGUAGE="pt_BR")
    assert english.exit_code == portuguese.exit_code == 2
    assert english.stdout == portuguese.stdout == ""
    [error] = re.findall(r"^Error: (.+)$", english.stderr, re.MULTILINE)
    [erro] = re.findall(r"^Erro: (.+)$", portuguese.stderr, re.MULTILINE)
    assert erro.replace("ARQUIVO", "FILE") == retold(error, SENTENCES, PORTUGUESE) != error
    # Nothing of it is in English any more, but for what was typed.
    assert not re.search(
        r"\b(Usage|OPTIONS|ARGS|COMMAND|Try|Missing|such|Input|should|requires|take|Invalid|value|Got|env)\b",
        portuguese.stderr,
    )
    assert ("Uso: notas" in portuguese.stderr) == ("Usage: notas" in english.stderr)


def test_every_sentence_is_one_that_typer_says() -> None:
    """So that a version of it that says something else is noticed."""
    said = "\n".join(typed(*words).output for words in WRONG.values())
    said += "".join(typed(name, "--help").stdout for name in ("list", "up", "run")) + typed("--help").stdout
    said = re.sub(r"\s+", " ", said)
    unheard = [one for one in SENTENCES if not re.search(pattern(one).pattern.replace("\\ ", " "), said)]
    # An interrupted question, and a command that is asked for help where it has none.
    assert unheard == ["Aborted!", "Missing command."]


def test_help_is_in_the_readers_language() -> None:
    found = typed("list", "--help", LANGUAGE="pt_BR").stdout
    assert found.startswith("Uso: notas list [OPÇÕES]\n")
    for part in ("Mostra as notas de um cliente", "Opções:", "AAAA-MM-DD", "[obrigatório]", "sai."):
        assert part in found
    assert "[variável: NOTAS_CLOUD; padrão: auto]" in re.sub(r"\s+", " ", found)
    found = typed("--help", LANGUAGE="pt_BR").stdout
    assert found.startswith("Uso: notas [OPÇÕES] COMANDO [ARGUMENTOS]...\n")
    assert "Comandos:" in found
    assert "Implanta" not in found.partition("Comandos:")[0]
    assert re.search(r"deploy +Cria ou altera a pilha", found)


def test_without_a_command_the_help_is_shown_in_the_readers_language() -> None:
    english, portuguese = typed(), typed(LANGUAGE="pt_BR")
    assert english.exit_code == portuguese.exit_code == 2
    assert english.stderr.startswith("Usage: notas")
    assert portuguese.stderr.startswith("Uso: notas")
    assert "Erro" not in portuguese.stderr


def test_no_help_is_left_in_english() -> None:
    group = typer.main.get_command(app)
    assert isinstance(group, Notas)
    for name in (None, *group.commands):
        words = [name, "--help"] if name else ["--help"]
        english, portuguese = typed(*words).stdout, typed(*words, LANGUAGE="pt").stdout
        assert not {"the", "The", "and", "of", "Show", "Print", "where"} & set(portuguese.split()), name
        assert re.findall(r"^  (--[a-z-]+)", english, re.MULTILINE) == re.findall(
            r"^  (--[a-z-]+)", portuguese, re.MULTILINE
        )


@pytest.mark.parametrize(
    ("words", "environment", "found"),
    [
        (["--language", "pt", "run", "nada.json"], "en", PORTUGUESE),
        (["run", "nada.json", "--language", "pt"], "en", PORTUGUESE),
        (["run", "--language=pt", "nada.json"], "en", PORTUGUESE),
        (["run", "--language", "en", "nada.json"], "pt_BR", ENGLISH),
        (["--language", "pt", "run", "nada.json", "--language", "en"], "pt_BR", ENGLISH),
        (["run", "nada.json"], "pt_BR", PORTUGUESE),
        (["run", "nada.json"], "de", ENGLISH),
    ],
)
def test_the_option_goes_before_the_environment(words: list[str], environment: str, found: str) -> None:
    result = typed(*words, LANGUAGE=environment)
    assert result.exit_code == 2
    said = {ENGLISH: "error: nada.json does not exist", PORTUGUESE: "erro: nada.json não existe"}
    assert result.stderr.startswith(said[found])


def test_help_obeys_the_option_wherever_it_stands() -> None:
    for words in (["--help", "--language", "pt"], ["--language", "pt", "--help"], ["run", "--help", "--language=pt"]):
        assert typed(*words).stdout.startswith("Uso: notas")


def test_a_file_may_be_called_like_the_option() -> None:
    assert chosen(["run", "--", "--language=pt"], {}) == ENGLISH
    assert chosen(["run", "--language"], {}) == ENGLISH
    assert chosen(["run", "--language-of=pt"], {}) == ENGLISH
    assert chosen([], {"LANG": "pt_BR"}) == PORTUGUESE


def test_a_language_is_spoken_for_a_while() -> None:
    assert spoken() == ENGLISH
    with speaking(PORTUGUESE):
        assert (spoken(), _("Stopping")) == (PORTUGUESE, "Encerrando")
        with speaking(ENGLISH):
            assert _("Stopping") == "Stopping"
        assert plural(2, "{count:,} upload", "{count:,} uploads") == "2 envios"
    with pytest.raises(KeyError), speaking(PORTUGUESE):
        _("{error}. Try the same command again")
    assert spoken() == ENGLISH


@pytest.mark.parametrize(("options", "heard"), [([], PORTUGUESE), (["--json"], ENGLISH)])
def test_an_audit_for_programs_is_in_english(monkeypatch: pytest.MonkeyPatch, options: list[str], heard: str) -> None:
    spoken_at_work = []

    def audited(*_: object) -> audit.Audit:
        spoken_at_work.append(spoken())
        return audit.Audit()

    monkeypatch.setattr(cli, "standing", lambda *_: Cloud("aws", "sa-east-1", AWS_TARGET))
    monkeypatch.setattr(deploy, "outputs", lambda *_: {})
    monkeypatch.setattr(audit, "audit", audited)
    result = typed("audit", "--endpoint-url", "http://x", "--language", "pt", *options)
    assert result.exit_code == 0, result.output
    assert spoken_at_work == [heard]
    assert "Auditando a pilha notas" in result.stderr


@pytest.mark.parametrize(("options", "asked"), [([], PORTUGUESE), (["--json"], ENGLISH)])
def test_the_api_is_asked_in_the_language_of_who_reads_the_answers(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, options: list[str], asked: str
) -> None:
    (tmp_path / "a.json").write_text("[]")
    clients = []

    def made(url: str, key: str | None, patience: float, language: str) -> None:
        clients.append(language)
        raise UsageError("enough")

    monkeypatch.setattr(Client, "at", made)
    result = typed("send", str(tmp_path / "a.json"), "--api-url", "http://x", "--language", "pt", *options)
    assert (result.stderr, clients) == ("erro: enough\n", [asked])


def test_what_no_library_says_stays_as_it_is() -> None:
    assert retold("anything else", SENTENCES, PORTUGUESE) == "anything else"
    assert retold("Invalid value for '--x': anything else", SENTENCES, PORTUGUESE) == (
        "Valor inválido para '--x': anything else"
    )
