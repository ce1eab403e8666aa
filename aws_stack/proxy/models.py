"""Operations of any service that botocore's models know, and which errors they give."""

from functools import cache
from typing import Self

from botocore.exceptions import UnknownServiceError
from botocore.loaders import create_loader
from botocore.model import OperationModel, ServiceModel, Shape


class Of(str):
    """An operation of any service, by boto3's name of the service and AWS's of the operation.

    `Of("sqs", "SendMessage")` is the text "SendMessage", and knows its service. Raises TypeError where botocore knows
    no such operation.
    """

    __slots__ = ("service",)
    service: str

    def __new__(cls, service: str, operation: str) -> Self:
        """The operation, if there is one."""
        try:
            there = operation in model(service).operation_names
        except UnknownServiceError:
            raise TypeError(f"{service!r} is no service that boto3 has a client of") from None
        if not there:
            raise TypeError(f"{operation!r} is no operation of {service}; these are: {model(service).operation_names}")
        found = super().__new__(cls, operation)
        found.service = service
        return found

    def __getnewargs__(self) -> tuple[str, str]:  # type: ignore[override] # of `str`, which is made of one
        """What it is made of, so that it can be copied and pickled."""
        return self.service, str(self)

    def __repr__(self) -> str:
        """As it is written."""
        return f"Of({self.service!r}, {str(self)!r})"

    @property
    def model(self) -> OperationModel:
        """What botocore knows of it."""
        return model(self.service).operation_model(str(self))

    @property
    def signed_for(self) -> str:
        """The service's name in signatures, such as "states" of Step Functions."""
        return str(model(self.service).signing_name)

    @property
    def modeled(self) -> dict[str, int]:
        """The codes of the errors that the model says it gives, each with its status."""
        return {code_of(shape): _status(shape) for shape in self.model.error_shapes}


@cache
def model(service: str) -> ServiceModel:
    """What botocore knows of a service."""
    # Without a session, which fails where AWS_PROFILE names none, or a file in ~/.aws cannot be read.
    return ServiceModel(create_loader().load_service_model(service, "service-2"), service_name=service)


def code_of(shape: Shape) -> str:
    """An error's code, which is its name unless the model says otherwise."""
    return str(shape.metadata.get("error", {}).get("code", shape.name))


def _status(shape: Shape) -> int:
    default = 500 if shape.metadata.get("fault") else 400
    return int(shape.metadata.get("error", {}).get("httpStatusCode", default))
