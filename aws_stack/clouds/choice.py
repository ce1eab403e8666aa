"""Which cloud a command or a test run takes, and why that one.

The modules of the container are imported where they are used: they take a tenth of a second, a quarter of a command's
start.
"""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from enum import StrEnum
from types import ModuleType

from ..errors import CloudError, EngineError, UsageError
from ..words import _
from . import embedded
from .cloud import Cloud
from .image import IMAGE
from .registry import Source, names, registered


class CloudName(StrEnum):
    """The clouds that everybody has. Others are named by who registers them."""

    AUTO = "auto"
    LOCALSTACK = "localstack"
    EMBEDDED = "embedded"
    AWS = "aws"


@dataclass(frozen=True, slots=True)
class Choice:
    """A cloud that can be started on this machine, and why it was chosen.

    A container has an `image`, which `must_be_pulled` if it is not there.
    """

    name: str
    why: str
    image: str = ""
    must_be_pulled: bool = False

    def pull(self) -> None:
        """Pull the image, which can take minutes. Raises CloudError."""
        from . import engine  # noqa: PLC0415

        engine.pull(engine.connect(), self.image)

    def at(self, port: int) -> Cloud:
        """The cloud as it will be on `port`. Raises CloudError."""
        return self._source().at(port, self.why)

    def launch(
        self, port: int, retry_seconds: float = 1.0, *, enforce_iam: bool = False
    ) -> AbstractContextManager[Cloud]:
        """The cloud, started on `port`, for the `with` block; it may not answer yet.

        `retry_seconds` is how long Lambda waits before it retries a failed event. With `enforce_iam` every policy is
        obeyed, on a cloud that can; LocalStack cannot without a licence. Raises UsageError and CloudError.
        """
        return self._source().launch(port, self.why, retry_seconds, enforce_iam=enforce_iam)

    def _source(self) -> Source:
        if self.name == CloudName.LOCALSTACK:
            return _Container(self.image)
        return embedded if self.name == CloudName.EMBEDDED else _registered(self.name)


@dataclass(frozen=True, slots=True)
class _Container:
    image: str

    def at(self, port: int, why: str = "") -> Cloud:
        from . import localstack  # noqa: PLC0415

        return localstack.at(self.image, port, why)

    @contextmanager
    def launch(
        self,
        port: int,
        why: str = "",
        retry_seconds: float = 1.0,
        *,
        enforce_iam: bool = False,  # noqa: ARG002 - which takes a licence
    ) -> Iterator[Cloud]:
        from . import localstack  # noqa: PLC0415

        with localstack.launch(self.image, port, why, retry_seconds) as cloud:
            yield cloud


def _registered(name: str) -> Source:
    source = registered(name)
    if source is None:
        known = ", ".join([*CloudName, *names()])
        raise UsageError(_("there is no cloud {name}; there are {known}", name=name, known=known))
    return source


def choose(name: str, images: Sequence[str] = (IMAGE,)) -> Choice:
    """The cloud to start for a name. Of the `images` the first that is here is taken, else the first is pulled.

    Raises CloudError if LocalStack was named and cannot be started, and UsageError if there is no such cloud.
    """
    if name not in (CloudName.AUTO, CloudName.LOCALSTACK, CloudName.EMBEDDED):
        _registered(name)
        return Choice(name, _("as you asked"))
    if name == CloudName.EMBEDDED:
        return Choice(CloudName.EMBEDDED, _("as you asked"))
    try:
        engine = _engine()
        client = engine.connect()
        here = next((one for one in images if engine.has_image(client, one)), None)
    except EngineError as error:
        if name == CloudName.LOCALSTACK:
            raise
        return Choice(CloudName.EMBEDDED, error.why)
    if here:
        found = _("a Docker engine answers and has the image")
        return Choice(CloudName.LOCALSTACK, _("as you asked") if name == CloudName.LOCALSTACK else found, here)
    wanted = images[0]
    if engine.can_pull(client, wanted):
        found = _("a Docker engine answers and can pull the image")
        why = _("as you asked") if name == CloudName.LOCALSTACK else found
        return Choice(CloudName.LOCALSTACK, why, wanted, must_be_pulled=True)
    if name == CloudName.LOCALSTACK:
        raise CloudError(
            _(
                "the image {image} is not here and cannot be pulled. Get one: {get_image}; name another with "
                "{image_option}; or use {cloud_option} embedded, which needs none",
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
                "variables TC_… and TESTCONTAINERS_…, or use {cloud_option} embedded, which needs none",
                error=error,
            ),
        ) from None
    return engine
