"""`notas send`, `get` and `list`: the API from the command line, as a person uses a deployed stack."""

import gzip
import json
from decimal import Decimal
from pathlib import Path

import pytest

from fixtures.api import Api
from fixtures.command import notas
from fixtures.inprocess import notas_here
from fixtures.invoices import document, invoice


def test_send_shows_what_became_of_every_file(api: Api, unique: str, tmp_path: Path) -> None:
    good, broken = tmp_path / "boas ção.json", tmp_path / "quebradas.jsonl.gz"
    good.write_bytes(document(invoice(unique), invoice(f"{unique}-2")))
    broken.write_bytes(gzip.compress(f'{{"id": "{unique}", "cliente": "Ana", "valor": 1.50}}\n{{"id": 7}}\n'.encode()))
    malformed = tmp_path / "malformada.json"
    malformed.write_text('[{"id":')
    files = [str(good), str(broken), str(malformed)]
    ended = notas_here("send", *files, "--api-url", api.url)
    assert ended.code == 1, ended.err
    assert "missing: /data_emissao is required" in ended.out
    assert f"position 0 ({unique})" in ended.out
    assert "truncated" in ended.out
    assert f"Processed {good}: completed" in ended.err


def test_send_tells_programs_as_run_does(api: Api, unique: str, tmp_path: Path) -> None:
    file = tmp_path / "a.json"
    file.write_text(f'[{{"id": "{unique}", "cliente": "Ana", "valor": 1.50}}, {json.dumps(invoice(f"{unique}-2"))}]')
    ended = notas_here("send", str(file), "--json", "--api-url", api.url)
    assert ended.code == 1
    told = json.loads(ended.out, parse_float=Decimal)
    assert '"valor": 1.50' in ended.out, "numbers keep their digits"
    [upload] = told["uploads"]
    assert (upload["file"], upload["status"], upload["received"], upload["rejected"]) == (str(file), "completed", 2, 1)
    assert api.get(f"/envios/{upload['key']}/{upload['version_id']}").json()["stored"] == 1
    [reject] = told["rejects"]
    assert (reject["position"], reject["invoice"]["id"]) == (0, unique)


def test_files_of_any_size_are_sent(api: Api, unique: str, tmp_path: Path) -> None:
    file = tmp_path / "grande.json"
    file.write_bytes(document(invoice(unique)) + b" " * 5_000_000)
    ended = notas_here("send", str(file), str(file), "--api-url", api.url)
    assert ended.code == 0, ended.err
    assert ended.out.count("completed") == 2


def test_get_prints_the_invoice_with_the_digits_it_has(api: Api, unique: str) -> None:
    api.ingest(
        f'{{"id": "{unique} 1/2", "cliente": "Ana", "valor": 9999999999999.99, "data_emissao": "2026-01-01"}}'.encode()
    )
    ended = notas_here("get", f"{unique} 1/2", "--api-url", api.url)
    assert ended.code == 0, ended.err
    assert '"valor": 9999999999999.99' in ended.out
    assert json.loads(ended.out)["id"] == f"{unique} 1/2"


def test_get_says_where_there_is_none(api: Api, unique: str) -> None:
    ended = notas_here("get", unique, "--api-url", api.url)
    assert ended.code == 1
    assert ended.err == f"error: there is no invoice with the id '{unique}'\n"
    assert ended.out == ""


def test_list_prints_a_customers_invoices_newest_first(api: Api, unique: str) -> None:
    days = ["2026-01-02", "2026-01-03", "2026-01-01"]
    api.ingest(document(*(invoice(f"{unique}-{day}", cliente=unique, data_emissao=day, valor=10.5) for day in days)))
    ended = notas_here("list", "--cliente", unique, "--de", "2026-01-02", "--api-url", api.url)
    assert ended.code == 0, ended.err
    assert ended.out.index("2026-01-03") < ended.out.index("2026-01-02")
    assert "2026-01-01" not in ended.out
    assert "10.50" in ended.out
    assert "2 invoices" in ended.out
    ended = notas_here("list", "--cliente", unique, "--limite", "1", "--json", "--api-url", api.url)
    assert ended.code == 0, ended.err
    assert '"valor": 10.5,' in ended.out
    assert [nota["data_emissao"] for nota in json.loads(ended.out)["notas"]] == ["2026-01-03"]


def test_list_asks_for_every_page(api: Api, unique: str) -> None:
    api.ingest(document(*(invoice(f"{unique}-{number}", cliente=unique) for number in range(230))))
    ended = notas_here("list", "--cliente", unique, "--json", "--api-url", api.url)
    assert ended.code == 0, ended.err
    assert len({nota["id"] for nota in json.loads(ended.out)["notas"]}) == 230


def test_the_api_is_found_by_its_stack(api: Api, unique: str, tmp_path: Path) -> None:
    cloud = api.stack.cloud
    function = api.stack.outputs["IngestFunction"]
    [name] = [
        stack["StackName"]
        for stack in cloud.client("cloudformation").describe_stacks()["Stacks"]
        if function in str(stack["Outputs"])
    ]
    file = tmp_path / "a.json"
    file.write_bytes(document(invoice(unique)))
    where = ["--endpoint-url", str(cloud.endpoint_url), "--stack", name]
    with notas("send", str(file), *where, cwd=None, terminal=False, **cloud.variables()) as command:
        assert command.wait() == 0, command.err
    assert api.stack.stored(unique) is not None


WRONG = {
    "no place": (["get", "NF-1"], 2, "--api-url"),
    "no customer": (["list", "--api-url", "http://127.0.0.1:9"], 2, "--cliente"),
    "no URL": (["get", "NF-1", "--api-url", "api"], 2, "is not a URL"),
    "a missing file": (["send", "nowhere.json", "--api-url", "http://127.0.0.1:9"], 2, "nowhere.json does not exist"),
    "nothing there": (["get", "NF-1", "--api-url", "http://127.0.0.1:9"], 3, "does not answer"),
}


@pytest.mark.parametrize(("arguments", "code", "said"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_is_one_line_and_its_exit_code(arguments: list[str], code: int, said: str) -> None:
    ended = notas_here(*arguments)
    assert ended.code == code
    assert said in ended.err
    assert "Traceback" not in ended.err
    assert ended.out == ""


def test_a_request_the_api_refuses_ends_with_2(api: Api) -> None:
    ended = notas_here("list", "--cliente", "Ana", "--de", "ontem", "--api-url", api.url)
    assert ended.code == 2
    assert "the API refuses the request" in ended.err
    assert "(de: should be a day as YYYY-MM-DD, such as 2025-10-03)" in ended.err
