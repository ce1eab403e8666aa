"""What a stack has in it, in words, as its template says."""

import re
from collections import Counter

from .deploy import TEMPLATE
from .findings import counted

# What a person knows by name. The rest are parts of these: policies, log groups, methods.
_NOUNS = {
    "AWS::S3::Bucket": "bucket",
    "AWS::DynamoDB::Table": "table",
    "AWS::Serverless::Function": "function",
    "AWS::ApiGateway::RestApi": "API",
    "AWS::SQS::Queue": "queue",
    "AWS::CloudWatch::Alarm": "alarm",
    "AWS::SNS::Topic": "topic",
    "AWS::CloudWatch::Dashboard": "dashboard",
}


def contents() -> str:
    """`3 buckets, 2 tables, …, 1 dashboard`: what the pipeline's own template makes."""
    kinds = Counter(re.findall(r"(?m)^    Type: (AWS::\S+)$", TEMPLATE.read_text(encoding="utf-8")))
    return ", ".join(counted(kinds[kind], noun) for kind, noun in _NOUNS.items())
