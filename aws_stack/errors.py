"""Errors that end a run or a command. Each message is one line: what happened, and what to do next."""


class AwsStackError(Exception):
    """The base class; `exit_code` is that of a command which ends by it."""

    exit_code = 3


class UsageError(AwsStackError):
    """What was asked for is wrong; nothing was made."""

    exit_code = 2


class CloudError(AwsStackError):
    """The cloud could not be started or reached, or it went away."""


class EngineError(CloudError):
    """No Docker engine can be used. `why` is the reason in a few words."""

    def __init__(self, why: str, message: str) -> None:
        super().__init__(message)
        self.why = why


class PackageError(AwsStackError):
    """The deployment package could not be built."""


class DeployError(AwsStackError):
    """The stack could not be made, changed or removed."""


class RefusedError(DeployError):
    """CloudFormation would not begin; nothing was changed."""
