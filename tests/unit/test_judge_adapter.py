"""What an adapter says, what its template says for it, and what is wrong with one."""

from pathlib import Path
from textwrap import dedent

import pytest

from aws_stack.errors import UsageError
from pipeline.judge.reading import load

SAM = """\
Parameters:
  Stage: {Type: String, Default: dev}
Globals:
  Function: {Timeout: 9, Runtime: python3.12}
Resources:
  Entrada: {Type: AWS::S3::Bucket}
  Saida: {Type: AWS::S3::Bucket}
  Notas:
    Type: AWS::Serverless::SimpleTable
    Properties: {PrimaryKey: {Name: numero, Type: String}, TableName: !Sub "notas-${Stage}"}
  Outra:
    Type: AWS::Serverless::Function
    Properties: {CodeUri: outra/, Handler: outra.handler}
  Grava:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: src/
      Handler: app.handler
      Environment: {Variables: {TABELA: !Ref Notas, ENTRADA: !Ref Entrada, SAIDA: !GetAtt Saida.Arn}}
      Events:
        Nova:
          Type: S3
          Properties:
            Bucket: !Ref Entrada
            Events: s3:ObjectCreated:*
            Filter: {S3Key: {Rules: [{Name: suffix, Value: .json}]}}
"""


def written(folder: Path, text: str, **files: str) -> Path:
    for name, content in files.items():
        (folder / name.replace("_", ".")).write_text(content, encoding="utf-8")
    (folder / "src").mkdir(exist_ok=True)
    file = folder / "adapter.toml"
    file.write_text(dedent(text), encoding="utf-8")
    return file


def test_three_lines_are_enough(tmp_path: Path) -> None:
    adapter = load(written(tmp_path, 'handler = "app.handler"\ntable = "Notas"\nkey = "id"\n'))
    assert (adapter.root, adapter.runtime, adapter.timeout) == (tmp_path.resolve(), "python", 3)
    assert adapter.resources.tables["Notas"]["KeySchema"] == [{"AttributeName": "id", "KeyType": "HASH"}]
    assert adapter.resources.filters is None


@pytest.mark.parametrize(("file", "name"), [("adapter.toml", "turma-7"), ("grava.toml", "grava")])
def test_it_is_called_as_its_file_or_the_folder(tmp_path: Path, file: str, name: str) -> None:
    folder = tmp_path / "turma-7"
    folder.mkdir()
    adapter = written(folder, 'template = "template.yaml"\n', template_yaml=SAM)
    assert load(adapter.rename(folder / file)).name == name


def test_a_template_says_the_rest(tmp_path: Path) -> None:
    adapter = load(written(tmp_path, 'template = "template.yaml"\n', template_yaml=SAM))
    assert (adapter.root, adapter.handler) == ((tmp_path / "src").resolve(), "app.handler")
    assert (adapter.runtime, adapter.timeout, adapter.table) == ("python", 9, "notas-dev")
    assert adapter.resources.tables["notas-dev"]["KeySchema"] == [{"AttributeName": "numero", "KeyType": "HASH"}]
    assert adapter.resources.buckets == ("judged-saida",)
    assert adapter.environment == {"TABELA": "notas-dev", "ENTRADA": "{bucket}", "SAIDA": "judged-saida"}
    assert adapter.resources.filters == (({"Name": "suffix", "Value": ".json"},),)


def test_what_the_adapter_says_goes_before_the_template(tmp_path: Path) -> None:
    text = 'template = "template.yaml"\nroot = "."\nhandler = "b.c"\ntimeout = 60\nenvironment = { TABELA = "x" }\n'
    adapter = load(written(tmp_path, text, template_yaml=SAM))
    assert (adapter.root, adapter.handler, adapter.timeout) == (tmp_path.resolve(), "b.c", 60)
    assert adapter.environment["TABELA"] == "x"
    assert adapter.environment["ENTRADA"] == "{bucket}"


def test_a_node_handler_is_known_by_its_file(tmp_path: Path) -> None:
    text = 'handler = "index.handler"\ntable = "Notas"\nkey = "id"\n'
    assert load(written(tmp_path, text, index_mjs="")).runtime == "node"


def test_members_have_their_names_in_files_and_in_the_table(tmp_path: Path) -> None:
    text = """\
        handler = "app.handler"
        table = "Notas"
        key = "pk"
        members = { id = "numero", valor = "total" }
        row = { id = "pk" }
    """
    adapter = load(written(tmp_path, text))
    assert (adapter.members["id"], adapter.members["valor"], adapter.members["cliente"]) == (
        "numero",
        "total",
        "cliente",
    )
    assert (adapter.row["id"], adapter.row["valor"]) == ("pk", "total")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('handler = "a.b"\ntabel = "Notas"\n', "there is no tabel; write table if that is meant"),
        ('table = "Notas"\nkey = "id"\n', "handler is missing"),
        ('handler = "a.b"\ntable = "Notas"\n', "key is missing"),
        ('handler = "a.b"\ntable = "Notas"\nkey = "id"\ntimeout = "3"\n', "timeout is '3'; it takes a number"),
        ('handler = "a.b"\ntable = "Notas"\nkey = "id"\ntimeout = true\n', "timeout is True; it takes a number"),
        ('handler = "a.b"\ntable = "Notas"\nkey = "id"\nsample = "x.json"\n', "sample: there is no "),
        ('handler = "a.b"\ntable = "Notas"\nkey = "id"\nrules = ["x"]\n', "rules has 'x'; it may have negative, "),
        ('handler = "a.b"\ntable = "Notas"\nkey = "id"\nruntime = "go"\n', "runtime is 'go'; it may be python or node"),
        ('handler = "a.b"\ntable = "Notas"\nkey = "id"\n[members]\nnumero = "x"\n', "members has 'numero'"),
        (
            'handler = "a.b"\ntable = "Notas"\nkey = "id"\n[refusals]\nqueue = "x"\n',
            "refusals has 'queue'",
        ),
        ("handler = app.b\n", "is no TOML"),
        (
            'handler = "app"\ntable = "Notas"\nkey = "id"\n',
            "handler is 'app'; it is file.function",
        ),
        ('handler = "a.b"\ntable = "Notas"\nkey = "id"\nsuffixes = []\n', "suffixes is empty"),
        ('handler = "a.b"\ntable = "Notas"\nkey = "id"\ntimeout = 0\n', "timeout is 0; it has to be more"),
        (
            'handler = "a.b"\ntable = "Notas"\nkey = "id"\nkey_type = "string"\n',
            "key_type has 'string'; it may",
        ),
        ('handler = "a.b"\ntable = "Notas"\nkey = "id"\n[refusals]\nlog = false\n', "refusals names no place"),
        ('handler = "a.b"\ntable = "Notas"\nkey = "id"\n[refusals]\nlog = "x"\n', "it takes true or false"),
        ('handler = "a.b"\ntable = "Notas"\nkey = "id"\n[ledger]\ntable = "Livro"\n', "ledger.key is missing"),
        (
            'handler = "a.b"\ntable = "N"\nkey = "id"\n[ledger]\ntable = "L"\nkey = "k"\ncounts = { gravadas = "x" }\n',
            "ledger.counts has 'gravadas'; it may have received, ",
        ),
        ('template = "broken.yaml"\n', "cannot read "),
        ('template = "template.yaml"\nfunction = "Outra"\n', "root: there is no folder "),
    ],
)
def test_what_is_wrong_is_said_in_a_line(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(UsageError) as caught:
        load(written(tmp_path, text, template_yaml=SAM, broken_yaml="a: [\n"))
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)
    assert "adapter.toml" in str(caught.value)


def test_of_several_tables_one_has_to_be_named(tmp_path: Path) -> None:
    two = SAM + "  Avisos: {Type: AWS::Serverless::SimpleTable}\n"
    file = written(tmp_path, 'template = "template.yaml"\n', template_yaml=two)
    with pytest.raises(UsageError, match="say which table is meant: Notas, Avisos"):
        load(file)
    assert load(written(tmp_path, 'template = "template.yaml"\ntable = "Notas"\n')).table == "notas-dev"


def test_names_end_as_the_trigger_says(tmp_path: Path) -> None:
    lines = SAM.replace("Value: .json", "Value: .jsonl")
    assert load(written(tmp_path, 'template = "template.yaml"\n', template_yaml=lines)).suffixes == (".jsonl",)
    pattern = SAM.replace("Value: .json", 'Value: "*.json"')
    assert load(written(tmp_path, 'template = "template.yaml"\n', template_yaml=pattern)).suffixes == (".json",)


def test_only_what_passes_the_filter_triggers_it(tmp_path: Path) -> None:
    adapter = load(written(tmp_path, 'template = "template.yaml"\n', template_yaml=SAM))
    assert adapter.is_triggered_by("entrada/nota.json")
    assert not adapter.is_triggered_by("relatorio.txt")


def test_the_watched_bucket_is_known_by_its_name_too_and_others_keep_theirs(tmp_path: Path) -> None:
    named = (
        SAM.replace(
            "Entrada: {Type: AWS::S3::Bucket}", "Entrada: {Type: AWS::S3::Bucket, Properties: {BucketName: in-a}}"
        )
        .replace("Saida: {Type: AWS::S3::Bucket}", "Saida: {Type: AWS::S3::Bucket, Properties: {BucketName: out-b}}")
        .replace("ENTRADA: !Ref Entrada", "ENTRADA: in-a")
    )
    adapter = load(written(tmp_path, 'template = "template.yaml"\n', template_yaml=named))
    assert adapter.environment["ENTRADA"] == "{bucket}"
    assert adapter.resources.buckets == ("out-b",)


def test_what_sam_would_install_is_required(tmp_path: Path) -> None:
    file = written(tmp_path, 'template = "template.yaml"\n', template_yaml=SAM)
    (tmp_path / "src" / "requirements.txt").write_text("", encoding="utf-8")
    assert load(file).requirements == (tmp_path / "src" / "requirements.txt").resolve()
    assert load(written(tmp_path, 'template = "template.yaml"\nroot = "."\n')).requirements is None
