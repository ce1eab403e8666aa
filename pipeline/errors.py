"""Errors that end a command. Each message is one line: what happened, and what to do next."""


class NotasError(Exception):
    """The base class; `exit_code` is the command's exit code."""

    exit_code = 3


class UsageError(NotasError):
    """The command line or a file is wrong; nothing was uploaded."""

    exit_code = 2


class CloudError(NotasError):
    """The cloud could not be started or reached, or it went away."""


class EngineError(CloudError):
    """No Docker engine can be used. `why` is the reason in a few words."""

    def __init__(self, why: str, message: str) -> None:
        super().__init__(message)
        self.why = why


class PackageError(NotasError):
    """The deployment package could not be built."""


class DeployError(NotasError):
    """The stack could not be made, changed or removed."""
