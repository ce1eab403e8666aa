"""The command line as Typer reads it, in the reader's language: the help, and what is wrong with what was typed.

Typer has no translations. So the texts that the commands declare are translated where they are shown, and Typer's own
sentences by what they say.
"""

import os
import re
import sys
from collections.abc import Iterator, Sequence
from enum import StrEnum
from inspect import cleandoc
from typing import Annotated, Any, NoReturn

import typer.main
from typer._click import HelpFormatter
from typer.core import TyperGroup
from typer.models import Context

from .functions import retelling
from .words import OPTION, _, chosen, marked, speaking, spoken

SENTENCES = (
    marked("Aborted!"),
    marked("Arguments"),
    marked("Commands"),
    marked("Options"),
    marked("Show this message and exit."),
    marked("default: {value}"),
    marked("env var: {name}"),
    marked("required"),
    marked("No such option: {name} (Possible options: {names})"),
    marked("No such option: {name}"),
    marked("No such command {name}. Did you mean {names}?"),
    marked("No such command {name}."),
    marked("Missing command."),
    marked("Missing argument {name}."),
    marked("Missing option {name}."),
    marked("Got unexpected extra argument(s) ({words})"),
    marked("Option {name} requires an argument."),
    marked("Option {name} does not take a value."),
    marked("Invalid value for {name} (env var: {variable}): {message}"),
    marked("Invalid value for {name}: {message}"),
    marked("Value error, {value} is not one of {names}."),
    marked("Input should be a valid integer, unable to parse string as an integer"),
    marked("Input should be a valid number, unable to parse string as a number"),
    marked("Input should be greater than or equal to {least}"),
    marked("Input should be less than or equal to {most}"),
)
"""What Typer says, and Pydantic, by which it reads values; the longer of two that begin alike first."""

# What a command and a parameter declare. "[OPTIONS]" and "COMMAND [ARGS]..." are declared by Typer.
_DECLARED = ("help", "metavar", "options_metavar", "subcommand_metavar")

# What it says of a parameter behind the parameter's own help.
_EXTRA = re.compile(r"(?P<before>.*  |)\[(?P<extra>[^\[\]]+)\]", re.DOTALL)


def retold(said: str) -> str:
    """What Typer says, in the language that is spoken."""
    return retelling.retold(said, SENTENCES, spoken())


def paragraphs(text: str) -> list[str]:
    """A text of the commands, each of its paragraphs on one line, as the catalogue has them."""
    return [" ".join(one.split()) for one in cleandoc(text).split("\n\n")]


def declared(command: Any) -> Iterator[str]:
    """What a command and its parameters declare that a person reads, paragraph by paragraph."""
    for one in (command, *command.params):
        for name in _DECLARED:
            yield from paragraphs(getattr(one, name, None) or "")


class Notas(TyperGroup):
    """All the commands. Each takes `--language`, before which `chosen` has looked for it."""

    def __init__(self, **attributes: Any) -> None:
        super().__init__(**attributes)
        for command in self.every():
            command.params.append(_language_option())
            command.context_class = _Context

    def every(self) -> list[Any]:
        """This and all the commands in it."""
        return [self, *self.commands.values()]

    def main(
        self, args: Sequence[str] | None = None, prog_name: str | None = None, *_others: Any, **_more: Any
    ) -> NoReturn:
        """Run the command line, and end with its exit code."""
        words = list(sys.argv[1:] if args is None else args)
        with speaking(chosen(words, os.environ)):
            for command in self.every():
                _translate(command)
            try:
                sys.exit(super().main(words, prog_name, standalone_mode=False) or 0)
            except typer.TyperException as error:
                _tell(error)
                sys.exit(error.exit_code)
            except typer.Abort as error:
                # Ctrl-C, or the end of input, while a question is asked.
                if isinstance(error.__context__, KeyboardInterrupt):
                    raise error.__context__ from None
                typer.echo(retold("Aborted!"), err=True)
                sys.exit(1)


def _translate(command: Any) -> None:
    for one in (command, *command.params):
        for name in _DECLARED:
            text = getattr(one, name, None)
            if text:
                setattr(one, name, "\n\n".join(map(_, paragraphs(text))))


class _Language(StrEnum):
    EN = "en"
    PT = "pt"


def _language_option() -> Any:
    """A parameter for each command. Typer makes parameters of functions only."""
    maker = typer.Typer(add_completion=False)

    @maker.command()
    def _any(
        language: Annotated[
            _Language | None,
            typer.Option(
                OPTION,
                help="The language to speak; by default that of LANGUAGE, LC_ALL, LC_MESSAGES or LANG.",
            ),
        ] = None,
    ) -> None:
        pass

    [option] = typer.main.get_command(maker).params
    option.expose_value = False
    return option


def _tell(error: typer.TyperException) -> None:
    """Say what is wrong with the command line, as Typer would."""
    context: Context | None = getattr(error, "ctx", None)
    if context is not None:
        help_ = context.get_help()
        if error.message == help_:  # No command was named.
            typer.echo(help_, err=True)
            return
        typer.echo(context.get_usage(), err=True)
        typer.echo(_("Try '{command} --help' for help.", command=context.command_path) + "\n", err=True)
    typer.echo(_("Error: {message}", message=retold(error.format_message())), err=True)


class _Formatter(HelpFormatter):
    """Writes help in the language that is spoken."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        super().write_usage(prog, args, prefix or f"{_('Usage')}: ")

    def write_heading(self, heading: str) -> None:
        super().write_heading(retold(heading))

    def write_dl(self, rows: Sequence[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        super().write_dl([(name, _described(text)) for name, text in rows], col_max, col_spacing)


def _described(text: str) -> str:
    """What the help says of a parameter or a command; Typer's own part of it translated."""
    found = _EXTRA.fullmatch(text)
    if found is None:
        return retold(text)
    return f"{found['before']}[{'; '.join(map(retold, found['extra'].split('; ')))}]"


class _Context(Context):
    formatter_class = _Formatter
