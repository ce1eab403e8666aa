"""What the functions measure: metrics in their logs, where CloudWatch finds them. That takes no call and no permission.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
"""

import os

from aws_lambda_powertools import Metrics

NAMESPACE = "notas"


def metrics_of(service: str) -> Metrics:
    """The metrics of one function, apart from those of the other functions and of other stacks in the account."""
    metrics = Metrics(namespace=NAMESPACE, service=service)
    metrics.set_default_dimensions(stack=os.environ.get("STACK", "none"))
    return metrics
