"""A template as a request to CloudFormation carries it: at most 51,200 bytes, so without comments and indentation.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
"""

import json

import yaml
from samtranslator.yaml_helper import intrinsics_multi_constructor


# The loader in C takes 15 ms for the pipeline's template, the other one 100.
class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    pass


_Loader.add_multi_constructor("!", intrinsics_multi_constructor)


def body(template: str) -> str:
    """The template as compact JSON, with `Fn::GetAtt` for `!GetAtt` and so on."""
    return json.dumps(yaml.load(template, _Loader), separators=(",", ":"), ensure_ascii=False)  # noqa: S506 - it is safe
