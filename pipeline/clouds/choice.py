"""Which cloud a command or a test run takes, and why that one.

The modules of the container are imported where they are used: they take a tenth of a second, a quarter of a command's
start.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from types import ModuleType

from ..errors import CloudError, EngineError
from ..words import _
from . import embedded
from .cloud import Cloud


class CloudName(StrEnum):
    """The clouds a person can name."""

    AUTO = "auto"
    LOCALSTACK = "localstack"
    EMBEDDED = "embedded"
    AWS = "aws"


@dataclass(frozen=True, slots=True)
class Choice:
    """A cloud that can be started on this machine, and why it was chosen.

    A container has an `image`, which `must_be_pulled` if it is not there.
    """

    name: CloudName
    why: str
    image: str = ""
    must_be_pulled: bool = False

    def pull(self) -> None:
        """Pull the image, which can take minutes. Raises CloudError."""
        from . import engine  # noqa: PLC0415

        engine.pull(engine.connect(), self.image)

    def at(self, port: int) -> Cloud:
        """The cloud as it will be on `port`. Raises CloudError."""
        if self.name is CloudName.LOCALSTACK:
            from . import localstack  # noqa: PLC0415

            return localstack.at(self.image, port, self.why)
        return embedded.at(port, self.why)

    @contextmanager
    def launch(self, port: int, retry_seconds: float = 1.0, *, enforce_iam: bool = False) -> Iterator[Cloud]:
        """The cloud, started on `port`, for the `with` block; it may not answer yet.

        `retry_seconds` is how long Lambda waits before it retries a failed event. With `enforce_iam` every policy is
        obeyed, on a cloud that can; LocalStack cannot without a licence. Raises UsageError and CloudError.
        """
        if self.name is CloudName.LOCALSTACK:
            from . import localstack  # noqa: PLC0415

            with localstack.launch(self.image, port, self.why, retry_seconds) as cloud:
                yield cloud
        else:
            with embedded.launch(port, self.why, retry_seconds, enforce_iam=enforce_iam) as cloud:
                yield cloud


def choose(name: CloudName, image: str | None = None) -> Choice:
    """The cloud to start for a name. Raises CloudError if LocalStack was named and cannot be started."""
    if name is CloudName.EMBEDDED:
        return Choice(CloudName.EMBEDDED, _("as you asked"))
    try:
        engine = _engine()
        client = engine.connect()
        here = next((one for one in _images(image) if engine.has_image(client, one)), None)
    except EngineError as error:
        if name is CloudName.LOCALSTACK:
            raise
        return Choice(CloudName.EMBEDDED, error.why)
    if here:
        found = _("a Docker engine answers and has the image")
        return Choice(CloudName.LOCALSTACK, _("as you asked") if name is CloudName.LOCALSTACK else found, here)
    wanted = _images(image)[0]
    if engine.can_pull(client, wanted):
        found = _("a Docker engine answers and can pull the image")
        why = _("as you asked") if name is CloudName.LOCALSTACK else found
        return Choice(CloudName.LOCALSTACK, why, wanted, must_be_pulled=True)
    if name is CloudName.LOCALSTACK:
        raise CloudError(
            _(
                "the image {image} is not here and cannot be pulled. Build one: make image; name another with "
                "--cloud-image; or use --cloud embedded, which needs none",
                image=wanted,
            )
        )
    return Choice(
        CloudName.EMBEDDED,
        _("a Docker engine answers, but the image {image} is neither here nor can be pulled", image=wanted),
    )


def _engine() -> ModuleType:
    """The module of engines. Raises EngineError if testcontainers cannot read its settings, which it does on import."""
    try:
        from . import engine  # noqa: PLC0415
    except (OSError, ValueError) as error:
        raise EngineError(
            _("testcontainers cannot read its settings"),
            _(
                "testcontainers cannot read its settings ({error}). Correct ~/.testcontainers.properties or the "
                "variables TC_… and TESTCONTAINERS_…, or use --cloud embedded, which needs none",
                error=error,
            ),
        ) from None
    return engine


def _images(image: str | None) -> list[str]:
    """The images to try, the best first."""
    from . import localstack  # noqa: PLC0415

    return [image] if image else [localstack.IMAGE, localstack.BUILT_IMAGE]
