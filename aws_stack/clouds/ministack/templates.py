"""Templates on MiniStack, read by libyaml: MiniStack 1.5 reads them in Python, which takes longer than it needs to.

https://github.com/ministackorg/ministack/blob/main/ministack/services/cloudformation/engine.py
"""

from typing import Any

import yaml


def amend() -> None:
    """Amend MiniStack in this process, before it serves."""
    from ministack.services.cloudformation import engine  # noqa: PLC0415 - as in `rest`

    engine.CfnLoader = quick(engine.CfnLoader)


def quick(loader: type[yaml.SafeLoader]) -> type[Any]:
    """A loader that makes the same of a template, by libyaml; the loader itself where PyYAML came without it."""
    by_libyaml = getattr(yaml, "CSafeLoader", None)
    if by_libyaml is None:
        return loader
    return type(loader.__name__, (by_libyaml,), {"yaml_constructors": loader.yaml_constructors})
