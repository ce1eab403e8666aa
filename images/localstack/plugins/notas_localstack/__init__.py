"""What the image adds to LocalStack: functions as processes, and DynamoDB Local from the image itself."""
