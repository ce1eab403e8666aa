"""Options that several commands share."""

from pathlib import Path
from typing import Annotated

import typer

from aws_stack.clouds import Cloud
from aws_stack.clouds.choice import CloudName
from aws_stack.clouds.standing import aws, endpoint
from aws_stack.errors import UsageError

from .words import _

CloudOption = Annotated[
    CloudName,
    typer.Option("--cloud", envvar="NOTAS_CLOUD", help="Where to run. `auto` never takes an AWS account."),
]
ImageOption = Annotated[
    str | None,
    typer.Option("--cloud-image", envvar="NOTAS_CLOUD_IMAGE", help="LocalStack's image, or another emulator's."),
]
JsonOption = Annotated[bool, typer.Option("--json", help="One JSON object on standard output, and nothing else.")]
VerboseOption = Annotated[bool, typer.Option("--verbose", help="Show tracebacks.")]
EndpointOption = Annotated[str | None, typer.Option("--endpoint-url", help="An AWS endpoint, as `notas up` prints it.")]
StackOption = Annotated[str, typer.Option("--stack", help="The stack's name.")]
ExportOption = Annotated[
    Path | None, typer.Option("--export", metavar="OUT.jsonl", help="Write the invoices table there, sorted by id.")
]
ApiUrlOption = Annotated[
    str | None, typer.Option("--api-url", envvar="NOTAS_API_URL", help="The API: the stack's output ApiUrl.")
]
ApiKeyOption = Annotated[
    str | None, typer.Option("--api-key", envvar="NOTAS_API_KEY", help="The API's key, if it asks for one.")
]
PatienceOption = Annotated[
    float,
    typer.Option(
        "--timeout",
        metavar="SECONDS",
        min=0,
        help="How long to go on where the API does not answer, or says that it has too much to do.",
    ),
]


def standing(name: CloudName, endpoint_url: str | None) -> Cloud:
    """The cloud that `--cloud aws` or `--endpoint-url` names. No command uses an AWS account unless it is told to."""
    if endpoint_url is not None:
        return endpoint(endpoint_url)
    if name is not CloudName.AWS:
        raise UsageError(
            _("name where the stack is: --cloud aws, or the endpoint of a running `notas up` by --endpoint-url")
        )
    return aws()
