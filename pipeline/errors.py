"""What stops a command, as one clear line for a person: what happened, and what to do next."""


class NotasError(Exception):
    """The base of all of them; `exit_code` is the command's."""

    exit_code = 3


class UsageError(NotasError):
    """The command line or a file is wrong; nothing was uploaded."""

    exit_code = 2


class CloudError(NotasError):
    """The cloud could not be had, or went away."""


class EngineError(CloudError):
    """No Docker engine can be used; `why` says so in a few words, the message says what to do."""

    def __init__(self, why: str, message: str) -> None:
        super().__init__(message)
        self.why = why


class PackageError(NotasError):
    """The deployment package could not be built."""


class DeployError(NotasError):
    """The stack could not be made, changed or removed."""
