"""The commands that talk to a deployed stack by its API: `send`, `get`, `list`."""

import shlex
from itertools import islice
from pathlib import Path
from typing import Annotated
from urllib.parse import quote

import typer
from rich import box
from rich.table import Table

from aws_stack.clouds.choice import CloudName
from aws_stack.errors import DeployError, UsageError

from . import deploy, report, run
from . import send as sending
from .client import Client, exact_json
from .console import out, reported
from .following import Advice, conclude, followed
from .functions.language import ENGLISH
from .local_files import FILES_HELP, check_files
from .options import (
    ApiKeyOption,
    ApiUrlOption,
    CloudOption,
    EndpointOption,
    JsonOption,
    PatienceOption,
    StackOption,
    VerboseOption,
    standing,
)
from .repetition import PATIENCE
from .words import _, plural, spoken


def send(
    files: Annotated[list[Path], typer.Argument(metavar="FILE", help=FILES_HELP)],
    api_url: ApiUrlOption = None,
    api_key: ApiKeyOption = None,
    cloud: CloudOption = CloudName.AUTO,
    endpoint_url: EndpointOption = None,
    stack: StackOption = deploy.STACK,
    timeout: PatienceOption = PATIENCE,
    as_json: JsonOption = False,
    verbose: VerboseOption = False,
) -> None:
    """Send files to a deployed stack by its API, wait, and show what became of every invoice."""
    with reported(verbose):
        check_files(files)
        # What programs read is in English.
        language = ENGLISH if as_json else spoken()
        client, name, advice = _client(api_url, api_key, cloud, endpoint_url, stack, timeout, language)
        ended = followed(
            _("Sending and processing"), files, lambda watcher: sending.send(client, files, watcher, advice)
        )
        if as_json:
            report.write_json(name, ended)
        else:
            report.show(ended)
        conclude(ended, files, advice)


def get(
    id_: Annotated[str, typer.Argument(metavar="ID", help="The invoice's id.")],
    api_url: ApiUrlOption = None,
    api_key: ApiKeyOption = None,
    cloud: CloudOption = CloudName.AUTO,
    endpoint_url: EndpointOption = None,
    stack: StackOption = deploy.STACK,
    timeout: PatienceOption = PATIENCE,
    verbose: VerboseOption = False,
) -> None:
    """Print one invoice as stored, as JSON. Ends with 1 if there is none."""
    with reported(verbose):
        if not id_:
            raise UsageError(_("the id is empty; every invoice has one, such as NF-8"))
        client, *_others = _client(api_url, api_key, cloud, endpoint_url, stack, timeout)
        print(client.get(f"/notas/{quote(id_, safe='')}").text)  # noqa: T201 - rich would wrap it


def list_(
    cliente: Annotated[str, typer.Option("--cliente", help="The customer's name, in any case.")],
    de: Annotated[str | None, typer.Option("--de", metavar="YYYY-MM-DD", help="The first day.")] = None,
    ate: Annotated[str | None, typer.Option("--ate", metavar="YYYY-MM-DD", help="The last day.")] = None,
    limite: Annotated[int | None, typer.Option("--limite", min=1, help="At most this many; all by default.")] = None,
    api_url: ApiUrlOption = None,
    api_key: ApiKeyOption = None,
    cloud: CloudOption = CloudName.AUTO,
    endpoint_url: EndpointOption = None,
    stack: StackOption = deploy.STACK,
    timeout: PatienceOption = PATIENCE,
    as_json: JsonOption = False,
    verbose: VerboseOption = False,
) -> None:
    """Print a customer's invoices, the newest first."""
    with reported(verbose):
        client, *_others = _client(api_url, api_key, cloud, endpoint_url, stack, timeout)
        pages = client.pages("/notas", "notas", cliente=cliente, de=de, ate=ate, limite=min(limite or 100, 100))
        found = list(islice(pages, limite))
        if as_json:
            print(exact_json({"notas": found}))  # noqa: T201 - rich would wrap it
            return
        table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0))
        table.add_column("data_emissao", no_wrap=True)
        table.add_column("id", overflow="fold")
        table.add_column("valor", justify="right", no_wrap=True)
        for nota in found:
            table.add_row(nota["data_emissao"], report.printable(nota["id"]), f"{nota['valor']:.2f}")
        out.print(table)
        out.print(plural(len(found), "{count} invoice", "{count} invoices"))


def _client(
    api_url: str | None,
    api_key: str | None,
    cloud: CloudName,
    endpoint_url: str | None,
    stack: str,
    patience: float,
    language: str | None = None,
) -> tuple[Client, str, Advice]:
    """The API that the options name, the name of its cloud, and what to do about uploads there that do not move.

    It is asked for answers in `language`, by default the one that is spoken.
    """
    language = language or spoken()
    if api_url is not None:
        options = _("{one} or {other}, and {more}", one="--cloud aws", other="--endpoint-url", more="--stack")
        advice = _advice(_("the log group of the stack's IngestFunction"), options)
        return Client.at(api_url, api_key, patience, language), "api", advice
    if endpoint_url is None and cloud is not CloudName.AWS:
        raise UsageError(
            _(
                "name the API by --api-url, or where its stack is: --cloud aws, or --endpoint-url of a running "
                "`notas up`"
            )
        )
    standing_cloud = standing(cloud, endpoint_url)
    outputs = deploy.outputs(standing_cloud, stack)
    if "ApiUrl" not in outputs:
        raise DeployError(_("the stack {stack} has no API yet. Bring it up to date with: notas deploy", stack=stack))
    where = "--cloud aws" if endpoint_url is None else f"--endpoint-url {shlex.quote(endpoint_url)}"
    advice = _advice(run.log_group(outputs), f"{where} --stack {shlex.quote(stack)}")
    client = Client.of_stack(standing_cloud, outputs["ApiUrl"], api_key, patience, language)
    return client, standing_cloud.name, advice


def _advice(logs: str, options: str) -> Advice:
    return Advice(logs, _("To make it go on, remove the cause, then run: notas redrive {options}", options=options))
