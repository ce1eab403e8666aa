"""The template: what a resource, a permission or an event forgets."""

from ..mutant import TEMPLATE, Edit, Mutant

_HASH_AND_RANGE = """            - AttributeName: cliente
              KeyType: HASH
            - AttributeName: data_emissao
              KeyType: RANGE
"""

MUTANTS = (
    Mutant(
        "uploads-not-versioned",
        "nobody overwrites an invoice",
        TEMPLATE,
        "  Uploads:\n    Type: AWS::S3::Bucket\n    Properties:\n"
        "      VersioningConfiguration:\n        Status: Enabled\n",
        "  Uploads:\n    Type: AWS::S3::Bucket\n    Properties:\n",
    ),
    Mutant(
        "tls-for-the-bucket-not-its-objects",
        "a bucket's ARN covers what is in it",
        TEMPLATE,
        '              - !Sub "${Uploads.Arn}/*"\n',
        "",
    ),
    Mutant(
        "suffix-forgotten",
        "three suffixes are all there are",
        TEMPLATE,
        """        JsonlGz:
          Type: S3
          Properties:
            Bucket: !Ref Uploads
            Events: s3:ObjectCreated:*
            Filter:
              S3Key:
                Rules:
                  - Name: suffix
                    Value: .jsonl.gz
""",
        "",
    ),
    Mutant(
        "suffix-without-its-dot",
        "what ends in json is JSON",
        TEMPLATE,
        "                    Value: .json\n",
        "                    Value: json\n",
    ),
    Mutant(
        "one-way-of-creating",
        "uploads are made with PutObject",
        TEMPLATE,
        "        Json:\n          Type: S3\n          Properties:\n"
        "            Bucket: !Ref Uploads\n            Events: s3:ObjectCreated:*\n",
        "        Json:\n          Type: S3\n          Properties:\n"
        "            Bucket: !Ref Uploads\n            Events: s3:ObjectCreated:Put\n",
    ),
    Mutant(
        "no-second-attempt",
        "the function retries inside",
        TEMPLATE,
        "        MaximumRetryAttempts: 2\n",
        "        MaximumRetryAttempts: 0\n",
    ),
    Mutant(
        "failures-lost",
        "after three attempts there is no hope",
        TEMPLATE,
        """        DestinationConfig:
          OnFailure:
            Type: SQS
            Destination: !GetAtt Failures.Arn
""",
        "",
    ),
    Mutant(
        "default-time-out",
        "Lambda's three seconds are plenty",
        TEMPLATE,
        "      Timeout: !Ref Timeout\n",
        "",
    ),
    Mutant(
        "index-keys-swapped",
        "an index of date and customer",
        TEMPLATE,
        _HASH_AND_RANGE,
        _HASH_AND_RANGE.replace("cliente", "?").replace("data_emissao", "cliente").replace("?", "data_emissao"),
    ),
    Mutant(
        "index-without-dates",
        "the index finds a customer's invoices",
        TEMPLATE,
        _HASH_AND_RANGE,
        "            - AttributeName: cliente\n              KeyType: HASH\n",
        (Edit(TEMPLATE, "        - AttributeName: data_emissao\n          AttributeType: S\n", ""),),
    ),
    Mutant(
        "index-of-keys",
        "an index of keys is cheaper",
        TEMPLATE,
        "            ProjectionType: ALL\n",
        "            ProjectionType: KEYS_ONLY\n",
    ),
    Mutant(
        "may-read-objects-not-versions",
        "GetObject is the permission for get_object",
        TEMPLATE,
        "            Action: s3:GetObjectVersion\n",
        "            Action: s3:GetObject\n",
    ),
    Mutant(
        "may-write-the-bucket-not-its-objects",
        "a bucket's ARN covers what is in it",
        TEMPLATE,
        '            Action: [s3:PutObject, s3:AbortMultipartUpload]\n            Resource: !Sub "${Rejects.Arn}/*"\n',
        "            Action: [s3:PutObject, s3:AbortMultipartUpload]\n            Resource: !GetAtt Rejects.Arn\n",
    ),
    Mutant(
        "may-not-close-the-ledger",
        "an entry is put, not updated",
        TEMPLATE,
        "            Action: dynamodb:UpdateItem\n            Resource: !GetAtt UploadsLedger.Arn\n",
        "            Action: dynamodb:PutItem\n            Resource: !GetAtt UploadsLedger.Arn\n",
    ),
    Mutant(
        "may-do-anything-to-invoices",
        "to be on the safe side",
        TEMPLATE,
        "            Action: dynamodb:PutItem\n            Resource: !GetAtt Invoices.Arn\n",
        '            Action: "dynamodb:*"\n            Resource: !GetAtt Invoices.Arn\n',
    ),
    Mutant(
        "old-events-dropped",
        "an event of a minute ago is old",
        TEMPLATE,
        "        MaximumRetryAttempts: 2\n",
        "        MaximumRetryAttempts: 2\n        MaximumEventAgeInSeconds: 60\n",
    ),
)
