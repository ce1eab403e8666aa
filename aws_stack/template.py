"""A SAM or CloudFormation template whose code lies beside it, made ready for deployment as `sam package` does.

Where a function's or a layer's code is a local path, the code goes to the stack's bucket, a function's with what its
`requirements.txt` names, and the template names it there:
https://docs.aws.amazon.com/cli/latest/reference/cloudformation/package.html
"""

import json
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from samtranslator.yaml_helper import yaml_parse

from .artifacts import Artifact
from .cache import Cache
from .errors import UsageError
from .packaging import package_of, write_zip
from .target import Target

Template = dict[str, Any]

_FUNCTIONS = ("AWS::Serverless::Function", "AWS::Lambda::Function")

# Each type's property for its code, and what the members of a place in a bucket are called there:
# https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-function-functioncode.html
# https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-lambda-function-code.html
_SAM, _PLAIN = ("Bucket", "Key", "Version"), ("S3Bucket", "S3Key", "S3ObjectVersion")
_CODE = {
    "AWS::Serverless::Function": ("CodeUri", _SAM),
    "AWS::Lambda::Function": ("Code", _PLAIN),
    "AWS::Serverless::LayerVersion": ("ContentUri", _SAM),
    "AWS::Lambda::LayerVersion": ("Content", _PLAIN),
}


@dataclass(frozen=True, slots=True)
class Code:
    """What a resource of a template takes its code from: a file, or a folder."""

    resource: str
    path: Path
    target: Target
    is_function: bool

    def package(self, cache: Cache) -> bytes:
        """The zip file's content. Raises PackageError."""
        if self.path.is_file():
            return self.path.read_bytes()
        if self.is_function:
            return package_of(self.path, self.target, cache).read_bytes()
        # Other workers and runs are at theirs, of the same name, at the same time.
        with tempfile.TemporaryDirectory(dir=cache.folder(), prefix="unfinished-") as scratch:
            return write_zip([self.path], Path(scratch) / "layer.zip").read_bytes()


def read(path: Path) -> Template:
    """The template of a file, in YAML or JSON. Raises UsageError."""
    try:
        template = yaml_parse(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise UsageError(
            f"there is no template {path}. aws_stack_template in pytest's settings names the one of the fixture "
            "aws_stack, and paths of templates are relative to pytest's root folder"
        ) from None
    except (OSError, ValueError, yaml.YAMLError) as error:
        raise UsageError(f"cannot read the template {path}: {error}") from None
    resources = _members(template, "Resources") if isinstance(template, dict) else {}
    if not resources:
        raise UsageError(f"{path} is no template: it has no Resources")
    for name, resource in resources.items():
        # https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/resources-section-structure.html
        # https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-foreach.html
        if not (_type_of(resource) or name.startswith("Fn::ForEach::")):
            raise UsageError(f"{path}: the resource {name} has no Type")
    return dict(template)


def check_parameters(template: Template, given: Iterable[str]) -> None:
    """Raise UsageError for a parameter that the template does not have. AWS refuses it, and MiniStack 1.5 takes it."""
    known = _members(template, "Parameters")
    unknown = sorted({*given} - {*known})
    if unknown:
        raise UsageError(
            f"the template has no parameter {', '.join(unknown)}; it has {', '.join(sorted(known)) or 'none'}"
        )


def local_code(template: Template, folder: Path, native: Target) -> Iterator[Code]:
    """The code that lies in files, relative to the template's own folder. Raises UsageError if there is none.

    A cloud whose `native` target is this interpreter runs every Python function on it, whatever the template says.
    """
    shared = _members(_members(template, "Globals"), "Function")
    for name, resource in template["Resources"].items():
        kind = _type_of(resource)
        if kind not in _CODE:
            continue
        own = _members(resource, "Properties")
        is_function = kind in _FUNCTIONS
        given = {**shared, **own} if kind == "AWS::Serverless::Function" else own
        code = given.get(_CODE[kind][0])
        if not isinstance(code, str) or code.startswith("s3://"):
            continue
        path = (folder / code).resolve()
        if not path.exists():
            raise UsageError(f"the code of {name} is not there: {path}")
        yield Code(name, path, _target(given, native), is_function)


def _type_of(resource: Any) -> str:
    """The type of a resource; "" if it has none, or is a loop that makes several."""
    found = resource.get("Type") if isinstance(resource, dict) else None
    return found if isinstance(found, str) else ""


def _members(whole: dict[str, Any], name: str) -> dict[str, Any]:
    """A section of the template. One that is empty is None in YAML."""
    found = whole.get(name)
    return found if isinstance(found, dict) else {}


def _target(properties: dict[str, Any], native: Target) -> Target:
    """What a function's package is for. What the template leaves to a parameter is as the cloud has it."""
    runtime = properties.get("Runtime")
    if not isinstance(runtime, str) or (native.native and runtime.startswith("python")):
        return native
    match properties.get("Architectures") or ["x86_64"]:
        case [str(architecture)]:
            return Target(runtime, architecture)
    return Target(runtime, native.architecture)


def with_environment(template: Template, variables: dict[str, str]) -> Template:
    """The template with these variables for each of its functions."""
    resources = dict(template["Resources"])
    for name, resource in resources.items():
        if _type_of(resource) in _FUNCTIONS:
            properties = _members(resource, "Properties")
            own = _members(_members(properties, "Environment"), "Variables")
            environment = {"Variables": {**own, **variables}}
            resources[name] = {**resource, "Properties": {**properties, "Environment": environment}}
    return {**template, "Resources": resources}


def with_code(template: Template, artifacts: dict[str, Artifact]) -> str:
    """The template's text, with each resource's code where it is in a bucket."""
    resources = dict(template["Resources"])
    for name, artifact in artifacts.items():
        member, names = _CODE[resources[name]["Type"]]
        place = dict(zip(names, (artifact.bucket, artifact.key, artifact.version), strict=True))
        resources[name] = {**resources[name], "Properties": {**_members(resources[name], "Properties"), member: place}}
    # The version of a policy's language is a date to YAML.
    return json.dumps({**template, "Resources": resources}, default=str)
