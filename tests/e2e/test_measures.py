"""What the deployed functions measure: it is in their logs, under the name of their stack, and on the dashboard."""

import time

from samtranslator.yaml_helper import yaml_parse

from aws_stack.waiting import NotYet, wait_until
from fixtures.api import Api
from fixtures.dashboard import Metric, lines, measured
from fixtures.invoices import document, invoice
from fixtures.stacks import Stack
from pipeline.deploy import TEMPLATE


def of_service(metrics: set[Metric], service: str) -> set[Metric]:
    return {metric for metric in metrics if ("service", service) in metric.dimensions}


def test_uploads_and_calls_are_measured_under_the_name_of_the_stack_as_the_dashboard_draws_them(
    stack: Stack, unique: str
) -> None:
    begun = int(time.time() * 1000)
    entry = stack.ingest(document(invoice(unique), {}), f"{unique}.json")
    assert (entry["stored"], entry["rejected"]) == (1, 1)
    assert Api(stack).call("GET", "/openapi.json").status == 200
    groups = [f"/aws/lambda/{stack.outputs['IngestFunction']}", f"/aws/lambda/{stack.function('api')}"]

    def ask() -> set[Metric] | NotYet:
        events = [
            event
            for group in groups
            for page in stack.logs.get_paginator("filter_log_events").paginate(logGroupName=group, startTime=begun)
            for event in page["events"]
        ]
        found: set[Metric] = set().union(*(measured(event["message"]) for event in events))
        both = of_service(found, "ingest") and of_service(found, "api")
        return found if both else NotYet(f"{len(events)} lines, and in them {found}")

    found = wait_until("the logs have what was measured", ask, 20)
    [own] = stack.cloud.client("cloudformation").describe_stacks()["Stacks"]
    template = yaml_parse(TEMPLATE.read_text(encoding="utf-8"))
    drawn = {metric.filled_in({"AWS::StackName": own["StackName"]}) for metric, _ in lines(template)}
    assert {metric.name for metric in of_service(found, "ingest")} >= {"stored", "uploads_completed", "upload_seconds"}
    assert found <= drawn
