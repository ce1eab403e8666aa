"""Votes are counted, once each."""


def vote(stack, id_, choice):
    item = {"id": {"S": id_}, "choice": {"S": choice}}
    stack.client("dynamodb").put_item(TableName=stack.outputs["Votes"], Item=item)


def count(stack, choice):
    key = {"choice": {"S": choice}}
    item = stack.client("dynamodb").get_item(TableName=stack.outputs["Counts"], Key=key).get("Item")
    return int(item["votes"]["N"]) if item else 0


def test_each_vote_counts(aws_stack, eventually):
    for number in range(3):
        vote(aws_stack, f"tea-{number}", "tea")
    eventually(lambda: count(aws_stack, "tea") == 6, what="three votes count two each")


def test_the_same_vote_again_does_not_count(aws_stack, eventually, never):
    vote(aws_stack, "water-1", "water")
    eventually(lambda: count(aws_stack, "water") == 2)
    vote(aws_stack, "water-1", "water")
    vote(aws_stack, "milk-1", "milk")
    never(lambda: count(aws_stack, "water") > 2, after=lambda: count(aws_stack, "milk"))
