"""The template: what a resource, a permission or an event forgets."""

from ..mutant import TEMPLATE, Edit, Mutant

_HASH_AND_RANGE = """            - AttributeName: _cliente
              KeyType: HASH
            - AttributeName: data_emissao
              KeyType: RANGE
"""

_UPLOADS = """  Uploads:
    Type: AWS::S3::Bucket
    DeletionPolicy: RetainExceptOnCreate
    UpdateReplacePolicy: Retain
    Properties:
      Tags:
        - Key: notas:stack
          Value: !Ref AWS::StackId
"""

_INVOICES = """  Invoices:
    Type: AWS::DynamoDB::Table
    DeletionPolicy: Retain
    UpdateReplacePolicy: Retain
    Properties:
      Tags:
        - Key: notas:stack
          Value: !Ref AWS::StackId
      DeletionProtectionEnabled: true
"""

_RETRIES = """      FunctionName: !Ref Ingest
      Qualifier: $LATEST
      MaximumRetryAttempts: 2
"""

_WRITES_REJECTS = """            Action: [s3:PutObject, s3:AbortMultipartUpload]
            Resource: !Sub "${Rejects.Arn}/*"
"""

_OWN_ACCOUNT = """            Condition:
              StringEquals:
                aws:ResourceAccount: !Ref AWS::AccountId
"""

MUTANTS = (
    Mutant(
        "uploads-go-with-the-stack",
        "who deletes the stack wants it all gone",
        TEMPLATE,
        _UPLOADS,
        _UPLOADS.replace("    DeletionPolicy: RetainExceptOnCreate\n", ""),
    ),
    Mutant(
        "invoices-lost-with-a-replaced-table",
        "DeletionPolicy keeps a table in every case",
        TEMPLATE,
        _INVOICES,
        _INVOICES.replace("    UpdateReplacePolicy: Retain\n", ""),
    ),
    Mutant(
        "anybody-deletes-the-invoices",
        "the stack is what deletes tables, and it retains them",
        TEMPLATE,
        _INVOICES,
        _INVOICES.replace("      DeletionProtectionEnabled: true\n", ""),
    ),
    Mutant(
        "uploads-not-versioned",
        "nobody overwrites an invoice",
        TEMPLATE,
        _UPLOADS + "      VersioningConfiguration:\n        Status: Enabled\n",
        _UPLOADS,
    ),
    Mutant(
        "tls-for-the-bucket-not-its-objects",
        "a bucket's ARN covers what is in it",
        TEMPLATE,
        '              - !Sub "${Uploads.Arn}/*"\n',
        "",
    ),
    Mutant(
        "one-way-of-creating",
        "uploads are made with PutObject",
        TEMPLATE,
        "            Events: s3:ObjectCreated:*\n",
        "            Events: s3:ObjectCreated:Put\n",
    ),
    Mutant(
        "no-second-attempt",
        "the function retries inside",
        TEMPLATE,
        _RETRIES,
        _RETRIES.replace("2", "0"),
    ),
    Mutant(
        "failures-lost",
        "after three attempts there is no hope",
        TEMPLATE,
        """      DestinationConfig:
        OnFailure:
          Destination: !GetAtt Stalled.Arn
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
        _HASH_AND_RANGE.replace("_cliente", "?").replace("data_emissao", "_cliente").replace("?", "data_emissao"),
    ),
    Mutant(
        "index-without-dates",
        "the index finds a customer's invoices",
        TEMPLATE,
        _HASH_AND_RANGE,
        "            - AttributeName: _cliente\n              KeyType: HASH\n",
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
        _WRITES_REJECTS,
        _WRITES_REJECTS.replace('!Sub "${Rejects.Arn}/*"', "!GetAtt Rejects.Arn"),
    ),
    Mutant(
        "api-may-overwrite-any-upload",
        "the bucket is there to upload to",
        TEMPLATE,
        '            Resource: !Sub "${Uploads.Arn}/api/*"\n',
        '            Resource: !Sub "${Uploads.Arn}/*"\n',
    ),
    Mutant(
        "rejects-to-whoever-has-the-bucket",
        "the bucket is ours, and keeps its name",
        TEMPLATE,
        _WRITES_REJECTS + _OWN_ACCOUNT,
        _WRITES_REJECTS,
    ),
    Mutant(
        "may-not-tell-a-missing-version",
        "nobody lists versions",
        TEMPLATE,
        "            Action: [s3:ListBucket, s3:ListBucketVersions]\n",
        "            Action: s3:ListBucket\n",
    ),
    Mutant(
        "may-not-close-the-ledger",
        "an entry is put, not updated",
        TEMPLATE,
        "          - Sid: KeepTheLedger\n            Effect: Allow\n            Action: dynamodb:UpdateItem\n",
        "          - Sid: KeepTheLedger\n            Effect: Allow\n            Action: dynamodb:PutItem\n",
    ),
    Mutant(
        "may-do-anything-to-invoices",
        "to be on the safe side",
        TEMPLATE,
        "Action: [dynamodb:PartiQLInsert, dynamodb:PutItem, dynamodb:BatchGetItem, dynamodb:GetItem]\n",
        'Action: "dynamodb:*"\n',
    ),
    Mutant(
        "old-events-dropped",
        "an event of a minute ago is old",
        TEMPLATE,
        _RETRIES,
        f"{_RETRIES}      MaximumEventAgeInSeconds: 60\n",
    ),
    Mutant(
        "failures-straight-to-the-queue",
        "the queue is where failures go",
        TEMPLATE,
        "          Destination: !GetAtt Stalled.Arn\n",
        "          Destination: !GetAtt Failures.Arn\n",
    ),
    Mutant(
        "what-cannot-be-given-up-lost",
        "giving up does not fail",
        TEMPLATE,
        """      DestinationConfig:
        OnFailure:
          Destination: !GetAtt Failures.Arn
""",
        "",
    ),
    Mutant(
        "recursion-guarded",
        "Lambda allows 16 in a row, which is plenty",
        TEMPLATE,
        """      RecursiveLoop: Allow
      Events:
""",
        """      Events:
""",
    ),
    Mutant(
        "other-names-filtered",
        "only JSON is read",
        TEMPLATE,
        "            Events: s3:ObjectCreated:*\n",
        """            Events: s3:ObjectCreated:*
            Filter:
              S3Key:
                Rules:
                  - Name: suffix
                    Value: .json
""",
    ),
    Mutant(
        "may-not-go-on",
        "a function need not invoke itself",
        TEMPLATE,
        "            Resource: [!GetAtt Ingest.Arn, !GetAtt Stalled.Arn]\n",
        "            Resource: !GetAtt Stalled.Arn\n",
    ),
    Mutant(
        "may-not-remove-what-is-unfinished",
        "it expires anyway",
        TEMPLATE,
        "            Action: [s3:PutObject, s3:GetObject, s3:DeleteObject]\n",
        "            Action: [s3:PutObject, s3:GetObject]\n",
    ),
    Mutant(
        "may-not-tell-missing-from-forbidden",
        "a bucket's list is of no use",
        TEMPLATE,
        "            Action: [s3:ListBucket, s3:ListBucketVersions]\n",
        "            Action: s3:ListBucketVersions\n",
    ),
    Mutant(
        "unfinished-kept-for-ever",
        "the function removes it",
        TEMPLATE,
        """      LifecycleConfiguration:
        Rules:
          - Id: leftovers
            Status: Enabled
            ExpirationInDays: 30
""",
        "",
    ),
    Mutant(
        "destination-before-its-permission",
        "the configuration names the function, which has its role",
        TEMPLATE,
        "    DependsOn: IngestPolicy\n",
        "",
    ),
    Mutant(
        "responses-at-once",
        "responses do not refer to each other",
        TEMPLATE,
        "    DependsOn: ApiExpiredToken\n",
        "",
    ),
    Mutant(
        "page-as-often-as-strangers-ask",
        "a page is cheap",
        TEMPLATE,
        """        - ResourcePath: /
          HttpMethod: GET
          ThrottlingRateLimit: 2
          ThrottlingBurstLimit: 20
""",
        "",
    ),
    Mutant(
        "key-without-a-quota",
        "whoever has the key may call",
        TEMPLATE,
        """      Quota:
        Limit: !Ref ApiDailyQuota
        Period: DAY
""",
        "",
    ),
    Mutant(
        "repeated-call-may-not-look",
        "the API writes uploads, and the function reads them",
        TEMPLATE,
        '            Action: [s3:PutObject, s3:GetObject]\n            Resource: !Sub "${Uploads.Arn}/api/*"\n',
        '            Action: s3:PutObject\n            Resource: !Sub "${Uploads.Arn}/api/*"\n',
    ),
)
