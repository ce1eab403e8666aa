"""An order that is taken is made; one that cannot be made waits where somebody sees it."""

import json
import urllib.request


def order(stack, **what):
    request = urllib.request.Request(f"{stack.url('Api')}/orders", json.dumps(what).encode(), method="POST")
    with urllib.request.urlopen(request) as answer:
        return answer.status


def made(stack, id_):
    key = {"id": {"S": id_}}
    return stack.client("dynamodb").get_item(TableName=stack.outputs["Table"], Key=key).get("Item")


def test_an_order_is_made(aws_stack, eventually):
    assert order(aws_stack, id="1", pieces=3) == 202
    assert eventually(lambda: made(aws_stack, "1"))["pieces"] == {"N": "3"}


def test_an_order_that_cannot_be_made_is_kept(aws_stack, eventually, never):
    order(aws_stack, id="2")
    refused = eventually(lambda: aws_stack.messages().get("Refused"), seconds=60)
    assert [json.loads(message) for message in refused] == [{"id": "2"}]
    never(lambda: made(aws_stack, "2"))
