"""An implementation as its own template deploys it: function, trigger, bucket and table, with nothing of the judge's.

What is changed in the template is where the code lies; and a Python handler has a module in its place that gives its
clients the cloud's endpoint, and runs on what the cloud has. It is given more time.
"""

import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from aws_stack import removal, stack
from aws_stack.clouds import Cloud
from aws_stack.errors import UsageError
from aws_stack.stack import AwsStack
from aws_stack.target import Target
from aws_stack.template import Template, read
from pipeline.cache import OWN
from pipeline.words import _

from .adapter import Adapter
from .installing import package
from .template import FUNCTIONS, Own

CODE = {"AWS::Serverless::Function": "CodeUri", "AWS::Lambda::Function": "Code"}
CODE |= {"AWS::Serverless::LayerVersion": "ContentUri", "AWS::Lambda::LayerVersion": "Content"}

SHIM = "deployed_function.handler"

SECONDS = 60
"""How long the deployed function may take. Its own time is judged elsewhere, by its calls; this machine may be busy."""


@contextmanager
def deployed(adapter: Adapter, own: Own, cloud: Cloud) -> Iterator[AwsStack]:
    """The implementation's own stack, for a `with` block. Raises UsageError, PackageError and DeployError."""
    # Not in the cache's folder, which may lie inside of the root that is copied.
    with tempfile.TemporaryDirectory(prefix="notas-judge-") as scratch:
        code = package(adapter, cloud.target, Path(scratch))
        template = Path(scratch) / "template.json"
        amended = with_code(read(own.template), adapter, own, code, cloud.target)
        template.write_text(json.dumps(amended, default=str), encoding="utf-8")
        place, name = stack.place(cloud, "judged")
        try:
            yield stack.deploy(place, name, template, cache=OWN)
        finally:
            # One that writes to where it listens would go on for ever.
            removal.remove(place, name)


def with_code(template: Template, adapter: Adapter, own: Own, code: Path, target: Target) -> Template:
    """The template with the package where its code is. Raises UsageError where a parameter has no value then."""
    shared = ((template.get("Globals") or {}).get("Function") or {}).get("CodeUri")
    resources = {
        name: _resource(name, one, adapter, own, code, target, shared) for name, one in template["Resources"].items()
    }
    rest = {name: one for name, one in template.items() if name not in ("Parameters", "Resources")}
    said = json.dumps([resources, rest], default=str)
    parameters = template.get("Parameters") or {}
    for name, one in parameters.items():
        if "Default" not in one and (f'"Ref": "{name}"' in said or f"${{{name}}}" in said):
            raise UsageError(_("its parameter {name} has no default", name=name))
    known = {name: one for name, one in parameters.items() if "Default" in one}
    return {**rest, **({"Parameters": known} if known else {}), "Resources": resources}


def _resource(name: str, resource: Any, adapter: Adapter, own: Own, code: Path, target: Target, shared: Any) -> Any:
    kind = resource.get("Type")
    if kind not in CODE:
        return resource
    properties = dict(resource.get("Properties") or {})
    given = properties.get(CODE[kind], shared if kind in FUNCTIONS else None)
    inline = "InlineCode" in properties or (isinstance(given, dict) and "ZipFile" in given)
    if name == own.function or (kind in FUNCTIONS and not isinstance(given, str) and not inline):
        # That of others, too, where parameters would say where it lies.
        properties = {one: value for one, value in properties.items() if one != "InlineCode"}
        properties[CODE[kind]] = str(code)
    elif isinstance(given, str) and "://" not in given:
        properties[CODE[kind]] = str((own.template.parent / given).resolve())
    if name == own.function:
        properties |= {"Handler": adapter.handler, "Timeout": SECONDS}
        if adapter.runtime == "python":
            variables = (properties.get("Environment") or {}).get("Variables") or {}
            properties["Handler"] = SHIM
            properties["Environment"] = {"Variables": {**variables, "JUDGED": adapter.handler}}
            properties |= {"Runtime": target.runtime, "Architectures": [target.architecture]}
    return {**resource, "Properties": properties}
