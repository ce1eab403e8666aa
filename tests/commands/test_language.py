"""Commands speak the language of the person at the terminal; what programs read is the same in every language."""

import json
import re
import shlex
from pathlib import Path

import pytest

from fixtures.command import ROOT, notas
from fixtures.nights import some_by_night

SAMPLES = ROOT / "pipeline" / "samples"

FILES = [str(SAMPLES / name) for name in ("com-erros.json", "malformada.json")]

# A terminal that knows ASCII only, and a Python that believes it.
ASCII = {"LC_ALL": "C", "LANG": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}


@pytest.mark.usefixtures("starts_cloud")
def test_a_run_is_told_in_portuguese_from_its_first_line_to_its_last(tmp_path: Path) -> None:
    exported = str(tmp_path / "out.jsonl")
    with notas("run", "--cloud", "embedded", "--export", exported, *FILES, LANGUAGE="pt_BR") as command:
        assert command.wait() == 1, command.err
        said = command.err.splitlines()
        printed = command.out
    assert [re.sub(r"\d+,\d s$", "N s", line) for line in said if line.endswith(" s")] == [
        "Montando o pacote de implantação: N s",
        "Iniciando uma nuvem: N s",
        "Implantando a pilha: N s",
    ]
    assert any(re.fullmatch(r"Nuvem: embedded, MiniStack \S+ \(como você pediu\)", line) for line in said)
    assert f"Processado {FILES[0]}: concluído" in said
    assert f"Processado {FILES[1]}: falhou" in said
    assert said[-1] == f"2 notas exportadas para {exported}"
    for part in (
        "situação",
        "4 não gravadas (as posições contam a partir de 0)",
        '  posição 1 (NF-31)\n    blank: /cliente é "   ", que está em branco\n    negative: /valor é -15.999, mas ',
        "duplicate_member: /valor aparece mais de uma vez no mesmo objeto",
        "não é um documento bem formado; nada dele foi gravado",
        "(linha 3, coluna 70)",
        "Onde está tudo:",
        "A nuvem embedded acaba com este comando.",
    ):
        assert part in printed
    assert not set(re.findall(r"[a-z]+", printed)) & {"is", "the", "has", "found", "line", "stored", "position", "file"}


@pytest.mark.parametrize("language", ["pt", "en"])
def test_what_programs_read_has_no_language(language: str) -> None:
    with notas("check", "--json", "--language", language, *FILES) as command:
        assert command.wait() == 1, command.err
        found = json.loads(command.out)
    assert found["rejects"][0]["reasons"][0]["message"] == 'is "   ", which is blank'
    assert found["rejects"][0]["reasons"][2]["values"]["decimals"] == 3
    assert found["uploads"][1]["status"] == "failed"
    assert "belongs" in found["uploads"][1]["error"]["message"]


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({"LANGUAGE": "pt_BR"}, "erro: "),
        ({"LANGUAGE": "", "LC_ALL": "pt_BR.UTF-8"}, "erro: "),
        ({"LANGUAGE": "", "LC_ALL": "", "LC_MESSAGES": "", "LANG": "pt_PT"}, "erro: "),
        ({"LANGUAGE": "pt_BR", "LC_ALL": "C"}, "error: "),
        ({"LANGUAGE": "", "LC_ALL": "POSIX"}, "error: "),
        ({"LANGUAGE": "de:xx", "LC_ALL": ""}, "error: "),
        ({"LANGUAGE": "", "LC_ALL": "not a locale"}, "error: "),
    ],
)
def test_errors_are_in_the_language_of_the_environment(environment: dict[str, str], said: str) -> None:
    with notas("check", "nada.json", cwd=None, terminal=False, under=(), **environment) as command:
        assert command.wait() == 2
        assert command.err.startswith(said)


WORDS = ["check {files}", "check nada-ção.json", "run --help", "rum", "--help", "check --x"]


@pytest.mark.parametrize(
    "words", some_by_night({one: one for one in WORDS}, {*WORDS[2:]}, "a process twice for what is printed alike")
)
def test_a_terminal_that_knows_ascii_only_is_no_reason_to_fail(words: str) -> None:
    """Where Portuguese was asked for, it is written as UTF-8."""
    arguments = shlex.split(words.replace("{files}", shlex.join(FILES)))
    with notas("--language", "pt", *arguments, cwd=None, terminal=False, under=(), **ASCII) as command:
        code = command.wait()
        said = command.out + command.err
    with notas("--language", "en", *arguments, cwd=None, terminal=False, under=(), **ASCII) as command:
        assert command.wait() == code
    assert "Traceback" not in said
    assert re.search("[áãçéêíóõú]", said)


@pytest.mark.night("a cloud and a stack for what unit tests show in part")
@pytest.mark.usefixtures("starts_cloud")
def test_a_terminal_draws_the_progress_in_portuguese() -> None:
    with notas("demo", "--cloud", "embedded", terminal=True, LANGUAGE="pt_BR", TERM="xterm") as command:
        command.wait()
        assert "Enviando e processando" in command.out
        assert "arquivo 1 de " in command.out
