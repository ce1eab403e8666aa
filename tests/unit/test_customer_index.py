"""A stack of before, whose index has another key, is brought up to date by AWS's rules, whatever interrupts it."""

from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from aws_stack.clouds import Cloud
from aws_stack.clouds.standing import AWS_TARGET
from aws_stack.errors import DeployError
from fixtures.template import parsed
from pipeline import customer_index, deploy

from .aws import Aws, Interrupt, Table

OWN = "111111111111"
CLOUD = Cloud("aws", "sa-east-1", AWS_TARGET, account=OWN)
NEW = deploy.TEMPLATE.read_text(encoding="utf-8")
OLD = NEW.replace("AttributeName: _cliente", "AttributeName: cliente")


def item(id_: str, cliente: str, **more: Any) -> dict[str, Any]:
    return {"id": {"S": id_}, "cliente": {"S": cliente}, **more}


ITEMS = [
    item("NF-1", " JOÃO"),
    item("NF-2", "Ana"),
    item("NF-3", "Bia", _cliente={"S": "bia"}),
    {"id": {"S": "another program's"}},
    item("without a name", " "),
]


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Aws:
    aws = Aws().with_a_package(monkeypatch, tmp_path)
    deploy.deploy(CLOUD, template=OLD)
    table(aws).items = deepcopy(ITEMS)
    aws.calls.clear()
    return aws


def table(aws: Aws) -> Table:
    return aws.tables[OWN, aws.stacks[OWN, "notas"].parts["Invoices"].physical_id]


def keys(aws: Aws) -> list[str | None]:
    return [one.get("_cliente", {}).get("S") for one in table(aws).items]


def test_without_the_index_the_template_is_the_same_but_for_it() -> None:
    without, whole = (parsed(text) for text in (customer_index.without_index(NEW), NEW))
    properties = whole["Resources"]["Invoices"]["Properties"]
    del properties["GlobalSecondaryIndexes"]
    properties["AttributeDefinitions"] = [{"AttributeName": "id", "AttributeType": "S"}]
    assert without == whole


def test_in_one_update_cloudformation_refuses_another_key(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(customer_index, "outdated", lambda *_: None)
    with pytest.raises(DeployError, match="Cannot update GSI's properties"):
        deploy.deploy(CLOUD)


def test_the_index_goes_then_every_invoice_gets_its_key_then_the_index_comes(aws: Aws) -> None:
    deploy.deploy(CLOUD)
    assert table(aws).indexes == {"por-cliente": "_cliente"}
    assert keys(aws) == ["joão", "ana", "bia", None, None]
    assert [name for name, _ in aws.calls if name in ("UpdateStack", "UpdateItem")] == [
        "UpdateStack",
        "UpdateItem",
        "UpdateItem",
        "UpdateStack",
    ]


def test_what_an_old_function_stores_meanwhile_gets_its_key_too(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> None:
    fill = customer_index.fill

    def fill_and_store(cloud: Cloud, name: str) -> int:
        count = fill(cloud, name)
        if len(table(aws).items) == len(ITEMS):
            table(aws).items.append(item("NF-9", "CARLOS"))
        return count

    monkeypatch.setattr(customer_index, "fill", fill_and_store)
    deploy.deploy(CLOUD)
    assert keys(aws)[-1] == "carlos"


def test_an_invoice_that_is_gone_or_another_meanwhile_does_not_come_back(
    aws: Aws, monkeypatch: pytest.MonkeyPatch
) -> None:
    def pages(*_: Any) -> Any:
        page = deepcopy(ITEMS[:2])
        table(aws).items[:2] = [item("NF-1", "another")]
        yield page

    monkeypatch.setattr(customer_index, "_pages_without_key", pages)
    name = aws.stacks[OWN, "notas"].parts["Invoices"].physical_id
    assert customer_index.fill(CLOUD, name) == 0
    assert table(aws).items == [item("NF-1", "another"), *ITEMS[2:]]


@pytest.mark.parametrize("late", [False, True])
@pytest.mark.parametrize("call", range(1, 12))
def test_whatever_interrupts_it_the_next_deployment_ends_it(aws: Aws, call: int, late: bool) -> None:
    aws.interrupt = Interrupt(call, late=late)
    try:
        deploy.deploy(CLOUD)
    except KeyboardInterrupt:
        aws.interrupt = Interrupt()
        deploy.deploy(CLOUD)
    assert table(aws).indexes == {"por-cliente": "_cliente"}
    assert keys(aws) == ["joão", "ana", "bia", None, None]


def test_a_stack_whose_index_is_right_is_changed_at_once_and_its_invoices_are_not_read(aws: Aws) -> None:
    deploy.deploy(CLOUD)
    aws.calls.clear()
    deploy.deploy(CLOUD)
    assert len(aws.named("UpdateStack")) == 1
    assert aws.named("Scan") == []


def test_the_next_deployment_after_one_that_failed_has_an_index_again(aws: Aws) -> None:
    table(aws).indexes = {}
    deploy.deploy(CLOUD)
    assert table(aws).indexes == {"por-cliente": "_cliente"}
    assert len(aws.named("UpdateStack")) == 1
    assert keys(aws)[:2] == ["joão", "ana"]
