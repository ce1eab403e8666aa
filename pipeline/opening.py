"""A cloud for a command: the one that is named, started for as long as the command needs it."""

from collections.abc import Iterator
from contextlib import contextmanager

from aws_stack.clouds import Cloud
from aws_stack.clouds.choice import CloudName
from aws_stack.clouds.local import free_port, wait_until_ready
from aws_stack.clouds.standing import aws

from .clouds import choose
from .console import err, step
from .words import _


@contextmanager
def opened(name: str, image: str | None, port: int = 0) -> Iterator[Cloud]:
    """The AWS account, or a cloud that is started and ends with the `with` block. It may not answer yet."""
    if name == CloudName.AWS:
        yield aws()
        return
    choice = choose(name, image)
    if choice.must_be_pulled:
        with step(_("Pulling {image}", image=choice.image)):
            choice.pull()
    with choice.launch(port or free_port()) as cloud:
        yield cloud


def await_answer(cloud: Cloud) -> None:
    """Wait until a cloud that was started answers, and say which cloud it is, and why that one."""
    if cloud.temporary:
        with step(_("Starting a cloud")):
            wait_until_ready(cloud)
    which = _("Cloud: {name}, {version} ({why})", name=cloud.name, version=cloud.version, why=cloud.why)
    err.print(which, soft_wrap=True)
