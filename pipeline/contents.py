"""What a stack has in it, in words, as its template says."""

import re
from collections import Counter
from collections.abc import Callable

from .deploy import TEMPLATE
from .words import plural

# What a person knows by name. The rest are parts of these: policies, log groups, methods.
_NOUNS: dict[str, Callable[[int], str]] = {
    "AWS::S3::Bucket": lambda count: plural(count, "{count} bucket", "{count} buckets"),
    "AWS::DynamoDB::Table": lambda count: plural(count, "{count} table", "{count} tables"),
    "AWS::Serverless::Function": lambda count: plural(count, "{count} function", "{count} functions"),
    "AWS::ApiGateway::RestApi": lambda count: plural(count, "{count} API", "{count} APIs"),
    "AWS::SQS::Queue": lambda count: plural(count, "{count} queue", "{count} queues"),
    "AWS::CloudWatch::Alarm": lambda count: plural(count, "{count} alarm", "{count} alarms"),
    "AWS::SNS::Topic": lambda count: plural(count, "{count} topic", "{count} topics"),
    "AWS::CloudWatch::Dashboard": lambda count: plural(count, "{count} dashboard", "{count} dashboards"),
}


def contents() -> str:
    """`3 buckets, 2 tables, …, 1 dashboard`: what the pipeline's own template makes."""
    kinds = Counter(re.findall(r"(?m)^    Type: (AWS::\S+)$", TEMPLATE.read_text(encoding="utf-8")))
    return ", ".join(counted(kinds[kind]) for kind, counted in _NOUNS.items())
