"""`notas judge`: judges any implementation of the invoice pipeline. What it takes beyond notas itself is an extra."""

from pathlib import Path
from typing import Annotated

import typer

from aws_stack.clouds.choice import CloudName
from aws_stack.errors import UsageError

from . import __version__
from .console import reported
from .options import CloudOption, ImageOption, JsonOption, VerboseOption
from .words import _

MOST = 4
"""The highest level."""


def judge(
    adapter: Annotated[
        Path, typer.Argument(metavar="ADAPTER", help="The TOML file that says where the implementation is.")
    ],
    level: Annotated[int, typer.Option(min=0, max=MOST, help="Judge up to this level.")] = MOST,
    promise: Annotated[
        list[str] | None, typer.Option("--promise", metavar="NUMBER", help="Judge this promise only, such as 1.5.")
    ] = None,
    junit: Annotated[
        Path | None, typer.Option(metavar="OUT.xml", help="Write the verdict there as JUnit's XML.")
    ] = None,
    html: Annotated[Path | None, typer.Option(metavar="OUT.html", help="Write the verdict there as a page.")] = None,
    cloud: CloudOption = CloudName.EMBEDDED,
    cloud_image: ImageOption = None,
    as_json: JsonOption = False,
    verbose: VerboseOption = False,
) -> None:
    """Judge an implementation of the invoice pipeline: which promises does it keep? Ends with 1 if one is broken."""
    with reported(verbose):
        try:
            from pipeline.judge.command import run  # noqa: PLC0415 - Hypothesis takes its time, and may not be there
        except ModuleNotFoundError as error:
            if error.name != "hypothesis":
                raise
            why = _(
                "to judge takes Hypothesis; in a clone, make install-dev brings it, and elsewhere the wheel's extra: "
                "pip install 'notas-{version}-py3-none-any.whl[judge]'",
                version=__version__,
            )
            raise UsageError(why) from None
        code = run(adapter, level, promise or [], junit, html, name=cloud, image=cloud_image, json=as_json)
        raise typer.Exit(code)
