"""What is uploaded arrives."""


def test_an_upload_arrives(aws_stack, eventually):
    recipe = b"name: cake\ningredients: [flour, eggs]"
    aws_stack.client("s3").put_object(Bucket=aws_stack.outputs["Bucket"], Key="a cake.yaml", Body=recipe)
    dynamodb = aws_stack.client("dynamodb")
    found = eventually(lambda: dynamodb.scan(TableName=aws_stack.outputs["Table"])["Items"])
    assert found == [{"name": {"S": "cake"}, "ingredients": {"L": [{"S": "flour"}, {"S": "eggs"}]}}]
