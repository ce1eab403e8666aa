"""`notas`: the commands. The modules they call do the work."""

import json
import secrets
import shlex
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from aws_stack.clouds import Cloud
from aws_stack.clouds.choice import CloudName
from aws_stack.errors import UsageError
from aws_stack.interrupts import obey_interrupts

from . import (
    __version__,
    api_commands,
    audit,
    audit_report,
    check_command,
    deploy,
    judge_command,
    redrive,
    removal,
    report,
    run,
)
from .cache import OWN
from .console import err, out, reported, step
from .contents import contents
from .following import conclude, followed
from .functions import schema
from .functions.language import ENGLISH
from .local_files import FILES_HELP, check_files, name_of
from .opening import await_answer, opened
from .options import (
    CloudOption,
    EndpointOption,
    ExportOption,
    ImageOption,
    JsonOption,
    StackOption,
    VerboseOption,
    standing,
)
from .package import build
from .parameters import check_stack, read
from .usage import Notas
from .words import _, plural, speaking, spoken

SAMPLES = Path(__file__).parent / "samples"

app = typer.Typer(
    cls=Notas, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None
)


@app.callback()
def _notas() -> None:
    """Invoices uploaded to S3, validated by Lambda, stored in DynamoDB: on this machine, or on AWS.

    Exit codes: 0 all well; 1 something was rejected, in conflict or failed, or an audit found something; 2 the command
    line or a file is wrong; 3 the cloud or the deployment failed, or an upload has stalled.
    """


@app.command()
def version() -> None:
    """Print the version."""
    out.print(__version__)


@app.command()
def demo(
    cloud: CloudOption = CloudName.AUTO,
    cloud_image: ImageOption = None,
    export: ExportOption = None,
    as_json: JsonOption = False,
    verbose: VerboseOption = False,
) -> None:
    """Run the sample invoices that come with notas."""
    with reported(verbose):
        files = sorted(SAMPLES.iterdir(), key=lambda file: (file.name != "notas-simples.json", file.name))
        err.print(_("Samples: {folder}", folder=_shown(SAMPLES)), soft_wrap=True)
        _run(files, cloud, cloud_image, export, as_json, lambda file: f"samples/{file.name}")


@app.command(name="run")
def run_(
    files: Annotated[list[Path], typer.Argument(metavar="FILE", help=FILES_HELP)],
    cloud: CloudOption = CloudName.AUTO,
    cloud_image: ImageOption = None,
    export: ExportOption = None,
    as_json: JsonOption = False,
    verbose: VerboseOption = False,
) -> None:
    """Start a cloud, deploy, upload the files, wait, and show what became of every invoice."""
    with reported(verbose):
        check_files(files)
        _run(files, cloud, cloud_image, export, as_json)


@app.command(name="check")
def check_(
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE", help="Invoices, as for `run`, or - for standard input.")
    ],
    name: Annotated[
        str, typer.Option("--name", help="The name of what comes by standard input: it says how to read it.")
    ] = check_command.NAME,
    as_json: JsonOption = False,
    verbose: VerboseOption = False,
) -> None:
    """Say what would become of every invoice on an empty table. It takes no cloud, and nothing leaves this machine."""
    with reported(verbose):
        raise typer.Exit(check_command.check(files, name, as_json=as_json))


@app.command(name="schema")
def schema_() -> None:
    """Print the JSON Schema of invoices and documents, for editors and other programs."""
    print(json.dumps(schema.document(), indent=2, ensure_ascii=False))  # noqa: T201 - rich would wrap it


def _run(
    files: list[Path],
    name: CloudName,
    image: str | None,
    export: Path | None,
    as_json: bool,
    shown: Callable[[Path], str] = name_of,
) -> None:
    if export == Path("-"):
        raise UsageError(
            _("--export - names no file, and the report takes standard output; name one. Nothing was uploaded")
        )
    if export is not None and not export.absolute().parent.is_dir():
        folder = export.absolute().parent
        raise UsageError(_("there is no folder {folder} to export to; nothing was uploaded", folder=folder))
    if export is not None and export.is_dir():
        raise UsageError(_("{file} is a folder, not a file to export to; nothing was uploaded", file=export))
    if export is not None and export.exists() and any(export.samefile(file) for file in files):
        raise UsageError(
            _("{file} is one of the files to upload; export to another. Nothing was uploaded", file=export)
        )
    with _deployed(name, image) as (cloud, outputs):
        ended = followed(
            _("Uploading and processing"), files, lambda watcher: run.run(cloud, outputs, files, watcher, shown)
        )
        if as_json:
            report.write_json(cloud.name, ended)
        else:
            report.show(ended)
            _tell_where(cloud, outputs)
        if export is not None:
            count = run.export(cloud, outputs, export)
            exported = plural(
                count, "Exported {count} invoice to {file}", "Exported {count} invoices to {file}", file=export
            )
            err.print(exported, soft_wrap=True)
    conclude(ended, files, run.advice(outputs))


@contextmanager
def _deployed(name: CloudName, image: str | None, port: int = 0) -> Iterator[tuple[Cloud, deploy.Outputs]]:
    """A cloud with the stack on it; on AWS a stack of this run's own, which is removed afterwards."""
    with opened(name, image, port) as cloud:
        # While the cloud starts: the first time, this takes seconds.
        with step(_("Building the deployment package")):
            build(cloud.target)
        await_answer(cloud)
        if not cloud.temporary:
            stack = f"notas-run-{secrets.token_hex(4)}"
            err.print(
                _(
                    "This creates the stack {stack} in your AWS account, region {region}: {contents}. It is removed at "
                    "the end, with all it holds; if that is interrupted, by: notas destroy --cloud aws --stack {stack}",
                    stack=stack,
                    region=cloud.region,
                    contents=contents(),
                ),
                soft_wrap=True,
            )
            try:
                with step(_("Deploying the stack")):
                    # The role to write an access log with would stay in the account.
                    outputs = deploy.deploy(cloud, stack, {"ApiAccessLog": "none"})
                yield cloud, outputs
            finally:
                with step(_("Removing the stack {stack}", stack=stack)):
                    removal.destroy(cloud, stack)
        else:
            with step(_("Deploying the stack")):
                outputs = deploy.deploy(cloud)
            yield cloud, outputs


def _tell_where(cloud: Cloud, outputs: deploy.Outputs) -> None:
    out.print("\n" + _("Where it all went:"))
    table = Table.grid(padding=(0, 2))
    for what, name in (
        (_("invoices"), _("DynamoDB table {name}", name=outputs["InvoicesTable"])),
        (_("outcomes of uploads"), _("DynamoDB table {name}", name=outputs["UploadsTable"])),
        (_("files as uploaded"), _("S3 bucket {name}", name=outputs["UploadsBucket"])),
        (_("rejects with reasons"), _("S3 bucket {name}", name=outputs["RejectsBucket"])),
    ):
        table.add_row(f"  {what}", name)
    out.print(table)
    if cloud.temporary:
        out.print(
            _("The {name} cloud ends with this command. To keep it: --export, or notas up.", name=cloud.name),
            soft_wrap=True,
        )


@app.command()
def up(
    cloud: CloudOption = CloudName.AUTO,
    cloud_image: ImageOption = None,
    port: Annotated[int, typer.Option(min=0, max=65535, help="Where to listen; 0 takes any free port.")] = 4566,
    as_json: JsonOption = False,
    verbose: VerboseOption = False,
) -> None:
    """Start a cloud, deploy, print where it is, and stay up until Ctrl-C."""
    with reported(verbose):
        if cloud is CloudName.AWS:
            raise UsageError(
                _("`up` starts a cloud on this machine; for an AWS account there is: notas deploy --cloud aws")
            )
        with _deployed(cloud, cloud_image, port) as (started, outputs):
            if as_json:
                facts = {"cloud": started.name, "endpoint": started.endpoint_url, "outputs": outputs}
                print(json.dumps({**facts, "environment": _variables(started, outputs)}), flush=True)  # noqa: T201
            else:
                _show_up(started, outputs)
            try:
                while True:
                    started.check()
                    time.sleep(1)
            except KeyboardInterrupt:
                err.print(_("Stopping"))


def _show_up(cloud: Cloud, outputs: deploy.Outputs) -> None:
    out.print("\n" + _("Endpoint: {url}", url=cloud.endpoint_url) + "\n")
    _show_outputs(outputs)
    out.print("\n" + _("For the AWS command line and your own programs:") + "\n")
    for name, value in _variables(cloud, outputs).items():
        out.print(f"export {name}={value}", soft_wrap=True)
    upload = f"aws s3 cp {_shown(SAMPLES / 'notas-simples.json')} s3://{outputs['UploadsBucket']}/"
    out.print("\n" + _("Then try: {command}", command=upload), soft_wrap=True)
    out.print(_("Ctrl-C ends it."))


def _variables(cloud: Cloud, outputs: deploy.Outputs) -> dict[str, str]:
    """What to export for other programs, and for `notas send`, `get` and `list`."""
    return {**cloud.variables(), "NOTAS_API_URL": outputs["ApiUrl"]}


def _shown(path: Path) -> str:
    """A path as a person would type it here: relative if it is below this folder."""
    here = Path.cwd()
    return shlex.quote(str(path.relative_to(here) if path.is_relative_to(here) else path))


def _show_outputs(outputs: deploy.Outputs) -> None:
    table = Table.grid(padding=(0, 2))
    for name, value in sorted(outputs.items()):
        table.add_row(name, value)
    out.print(table)


@app.command(name="deploy")
def deploy_(
    cloud: CloudOption = CloudName.AUTO,
    endpoint_url: EndpointOption = None,
    stack: StackOption = deploy.STACK,
    parameter: Annotated[
        list[str] | None, typer.Option("--parameter", metavar="NAME=VALUE", help="A parameter of the template.")
    ] = None,
    as_json: JsonOption = False,
    verbose: VerboseOption = False,
) -> None:
    """Make or change the stack in an AWS account, or at an endpoint."""
    with reported(verbose):
        parameters = read(parameter or [])
        where = standing(cloud, endpoint_url)
        target = deploy.prepare(where, stack, parameters)
        facts = {"stack": stack, "region": where.region, "version": where.version}
        err.print(_("This makes or changes the stack {stack} in {region} ({version})", **facts), soft_wrap=True)
        with step(_("Building the deployment package")):
            build(target)
        goes_on = _(
            "interrupted; what AWS had begun with the stack {stack} goes on there. Run the same command again",
            stack=stack,
        )
        with step(_("Deploying the stack")), _interrupted_with(goes_on):
            outputs = deploy.deploy(where, stack, parameters)
        if as_json:
            print(json.dumps(outputs))  # noqa: T201
        else:
            _show_outputs(outputs)


@app.command()
def destroy(
    cloud: CloudOption = CloudName.AUTO,
    endpoint_url: EndpointOption = None,
    stack: StackOption = deploy.STACK,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    verbose: VerboseOption = False,
) -> None:
    """Remove the stack, with every invoice, upload and reject it holds."""
    with reported(verbose):
        where = standing(cloud, endpoint_url)
        check_stack(stack, where.region)
        remains = removal.find(where, stack)
        if not remains:
            raise UsageError(
                _(
                    "there is no stack {stack} in {region} ({version}), and nothing is left of one. "
                    "Name another with --stack",
                    stack=stack,
                    region=where.region,
                    version=where.version,
                )
            )
        facts = {"stack": stack, "contents": removal.contents(where, remains)}
        there = (
            _("The stack {stack} holds {contents}", **facts)
            if remains.stack
            else _("The stack {stack} is gone; it left {contents}", **facts)
        )
        err.print(there, soft_wrap=True)
        if not yes:
            question = _(
                "Remove the stack {stack} in {region}, with every invoice and file in it?",
                stack=stack,
                region=where.region,
            )
            if not sys.stdin.isatty():
                raise UsageError(_("{question} Say so with --yes", question=question))
            if not typer.confirm(question, err=True):
                raise typer.Exit(1)
        in_part = _("interrupted; the stack {stack} is removed in part. Run the same command again", stack=stack)
        with step(_("Removing the stack {stack}", stack=stack)), _interrupted_with(in_part):
            removal.destroy(where, stack)


@contextmanager
def _interrupted_with(message: str) -> Iterator[None]:
    """What Ctrl-C says in the `with` block, where it ends this command only: CloudFormation goes on by itself."""
    try:
        yield
    except KeyboardInterrupt:
        raise KeyboardInterrupt(message) from None


@app.command(name="redrive")
def redrive_(
    cloud: CloudOption = CloudName.AUTO,
    endpoint_url: EndpointOption = None,
    stack: StackOption = deploy.STACK,
    verbose: VerboseOption = False,
) -> None:
    """Make stalled uploads go on: send the failures queue's events again. Ends with 1 if a message was left there."""
    with reported(verbose):
        where = standing(cloud, endpoint_url)
        left: list[redrive.Left] = []
        try:
            with step(_("Sending the failures queue's events again")):
                sent = redrive.redrive(where, deploy.outputs(where, stack), left.append)
            out.print(plural(sent, "{count:,} event sent again", "{count:,} events sent again"))
        finally:
            for one in left:
                why = report.printable(one.why)
                line = _("left in the queue: message {id}: {why}", id=one.message_id, why=why)
                out.print(line, soft_wrap=True)
        if left:
            out.print(
                plural(
                    len(left),
                    "{count:,} message left in the queue; look at it, and remove it if nobody needs it",
                    "{count:,} messages left in the queue; look at them, and remove what nobody needs",
                )
            )
            raise typer.Exit(1)


@app.command(name="audit")
def audit_(
    cloud: CloudOption = CloudName.AUTO,
    endpoint_url: EndpointOption = None,
    stack: StackOption = deploy.STACK,
    as_json: JsonOption = False,
    verbose: VerboseOption = False,
) -> None:
    """Compare a stack's uploads, ledger, invoices and rejects, and name what does not hold. It changes nothing."""
    with reported(verbose):
        where = standing(cloud, endpoint_url)
        outputs = deploy.outputs(where, stack)
        # What programs read is in English.
        with step(_("Auditing the stack {stack}", stack=stack)), speaking(ENGLISH if as_json else spoken()):
            found = audit.audit(where, outputs)
        if as_json:
            print(audit_report.as_json(where.name, stack, found))  # noqa: T201 - rich would wrap it
        else:
            audit_report.show(found)
        if found.findings:
            raise typer.Exit(1)


app.command(name="send")(api_commands.send)
app.command(name="get")(api_commands.get)
app.command(name="list")(api_commands.list_)
app.command(name="judge")(judge_command.judge)


def main() -> None:
    """All the commands; ends with one of the exit codes above."""
    OWN.ensure_home()
    obey_interrupts()
    app(prog_name="notas")
