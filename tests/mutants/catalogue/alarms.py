"""How a failure is seen: alarms that do not fire, that nobody hears, and measures that nobody finds."""

from ..mutant import TEMPLATE, Mutant

_OLD = """      Threshold: 864000
      ComparisonOperator: GreaterThanThreshold
      TreatMissingData: ignore
"""

_HEARD = "      AlarmActions: [!If [MakesAlarmTopic, !Ref Alarms, !Ref AlarmTopicArn]]\n"

_TOPIC = """    Condition: MakesAlarmTopic
    Properties:
      DisplayName: notas
"""

MUTANTS = (
    Mutant(
        "alarm-that-nobody-hears",
        "the dashboard shows it",
        TEMPLATE,
        _OLD + _HEARD,
        _OLD,
    ),
    Mutant(
        "alarm-only-for-a-topic-that-is-given",
        "who wants alarms has a topic",
        TEMPLATE,
        _OLD + _HEARD,
        f"{_OLD}      AlarmActions: [!Ref AlarmTopicArn]\n",
    ),
    Mutant(
        "topic-with-the-key-of-sns",
        "everything is encrypted here",
        TEMPLATE,
        _TOPIC,
        f"{_TOPIC}      KmsMasterKeyId: alias/aws/sns\n",
    ),
    Mutant(
        "topic-of-every-account",
        "CloudWatch tells whose alarm it is",
        TEMPLATE,
        """              StringEquals:
                aws:SourceAccount: !Ref AWS::AccountId
""",
        "",
    ),
    Mutant(
        "errors-of-the-last-five-minutes",
        "an error counts from when it happened",
        TEMPLATE,
        "      Period: 1200\n",
        "      Period: 300\n",
    ),
    Mutant(
        "idle-queue-is-empty",
        "no data is good news",
        TEMPLATE,
        _OLD,
        _OLD.replace("ignore", "notBreaching"),
    ),
    Mutant(
        "alarm-on-a-metric-that-there-is-not",
        "a stage's name is called StageName everywhere",
        TEMPLATE,
        "        - Name: Stage\n",
        "        - Name: StageName\n",
    ),
    Mutant(
        "delivery-to-a-dead-letter-queue-watched",
        "a destination is a dead-letter queue",
        TEMPLATE,
        """      MetricName: DestinationDeliveryFailures
      Dimensions:
        - Name: FunctionName
          Value: !Ref Stalled
""",
        """      MetricName: DeadLetterErrors
      Dimensions:
        - Name: FunctionName
          Value: !Ref Stalled
""",
    ),
    Mutant(
        "dashboard-of-any-region",
        "a stack's name is its own",
        TEMPLATE,
        "      DashboardName: !Sub ${AWS::StackName}-${AWS::Region}\n",
        "      DashboardName: !Ref AWS::StackName\n",
    ),
    Mutant(
        "dashboard-of-a-metric-nobody-measures",
        "an upload that goes on is an upload in progress",
        TEMPLATE,
        '"uploads_continued"',
        '"uploads_in_progress"',
    ),
    Mutant(
        "traces-before-it-may",
        "the role has its policies by the time of the first upload",
        TEMPLATE,
        "  Ingest:\n    Type: AWS::Serverless::Function\n    DependsOn: TracingPolicy\n",
        "  Ingest:\n    Type: AWS::Serverless::Function\n",
    ),
    Mutant(
        "role-of-all-apis-goes-with-the-stack",
        "a stack takes with it what it brought",
        TEMPLATE,
        "    Condition: MakesLogsRole\n    DeletionPolicy: Retain\n    UpdateReplacePolicy: Retain\n    Properties:\n",
        "    Condition: MakesLogsRole\n    Properties:\n",
    ),
    Mutant(
        "keys-in-the-access-log",
        "the log says who it was",
        TEMPLATE,
        "$context.identity.apiKeyId",
        "$context.identity.apiKey",
    ),
    Mutant(
        "stage-before-api-gateway-may-log",
        "the account has its role already",
        TEMPLATE,
        """      Tags:
        - Key: written-with-the-role-of
          Value: !If [MakesLogsRole, !Ref ApiLogsAccount, account]
""",
        "",
    ),
    Mutant(
        "measures-of-all-stacks-together",
        "there is one stack",
        "functions/metrics.py",
        '    metrics.set_default_dimensions(stack=os.environ.get("STACK", "none"))\n',
        "",
    ),
    Mutant(
        "seconds-of-the-last-attempt",
        "what came before was waiting",
        "functions/ingest.py",
        "MetricUnit.Seconds, _age(upload))\n",
        "MetricUnit.Seconds, seconds)\n",
    ),
    Mutant(
        "measured-by-every-attempt",
        "a replay is an upload too",
        "functions/ingest.py",
        '        metrics.add_metric("uploads_replayed", MetricUnit.Count, 1)\n        return\n',
        '        metrics.add_metric("uploads_replayed", MetricUnit.Count, 1)\n',
    ),
)
