"""The clouds as notas takes them: `auto` also knows the image of LocalStack that this project builds."""

from aws_stack.clouds import choice
from aws_stack.clouds.choice import Choice
from aws_stack.clouds.image import IMAGE

BUILT_IMAGE = "notas/localstack:4.14.0"
"""The same release of LocalStack, as `make image` builds it."""


def choose(name: str, image: str | None = None) -> Choice:
    """The cloud to start for a name. Raises CloudError if LocalStack was named and cannot be started."""
    return choice.choose(name, [image] if image else [IMAGE, BUILT_IMAGE])
