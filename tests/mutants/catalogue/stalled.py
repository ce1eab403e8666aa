"""Giving up: what has stalled, where its event is kept, and how it goes on."""

from ..mutant import Edit, Mutant

_QUEUE = (
    "    patience.outlast(lambda: clients.sqs().send_message"
    '(QueueUrl=os.environ["FAILURES_QUEUE_URL"], MessageBody=body))\n'
)

MUTANTS = (
    Mutant(
        "stalled-although-it-has-ended",
        "Lambda gave up on it",
        "functions/stalled.py",
        "        if begun.status.is_final or begun.is_left:\n            continue\n        following",
        "        if begun.is_left:\n            continue\n        following",
    ),
    Mutant(
        "stalled-over-a-closed-entry",
        "Lambda knows that it failed",
        "functions/aws/ledger.py",
        "        return self._unless_closed(upload, values, self._not_left) is None\n",
        '        self._update(upload, "SET " + ", ".join(f"#{name} = :{name}" for name in values), values)\n'
        "        return True\n",
    ),
    Mutant(
        "stalled-although-it-came-further",
        "three failures are three failures",
        "functions/stalled.py",
        "        if begun.progress.order > continuation.order(event):\n",
        "        if False:\n",
    ),
    Mutant(
        "goes-on-for-ever",
        "where there is progress there is hope",
        "functions/stalled.py",
        "        if begun.progress.order > continuation.order(event):\n",
        "        if begun.progress.order >= continuation.order(event):\n",
    ),
    Mutant(
        "goes-on-from-nowhere",
        "the ledger knows where it is",
        "functions/stalled.py",
        "continuation.event(event, one, begun.progress)",
        "event",
    ),
    Mutant(
        "stalled-for-throttling",
        "three failures are three failures",
        "functions/stalled.py",
        "        elif _was_throttled(record):\n",
        "        elif False:\n",
    ),
    Mutant(
        "waits-whatever-the-fault",
        "every fault passes",
        "functions/stalled.py",
        "        elif _was_throttled(record):\n",
        "        else:\n",
    ),
    Mutant(
        "redriven-without-a-wait",
        "an event is sent as it is",
        "redrive.py",
        'continuation.waits_anew(message["requestPayload"])',
        'message["requestPayload"]',
    ),
    Mutant(
        "event-not-kept",
        "the ledger says what has stalled",
        "functions/stalled.py",
        _QUEUE,
        "",
    ),
    Mutant(
        "only-the-payload-is-kept",
        "the event is what is sent again",
        "functions/stalled.py",
        "    body = json.dumps(record)\n",
        "    body = json.dumps(event)\n",
    ),
    Mutant(
        "ledger-told-before-the-event-is-kept",
        "first the ledger, as always",
        "functions/stalled.py",
        _QUEUE,
        "",
        (
            Edit(
                "functions/stalled.py",
                '        metrics.add_metric("uploads_stalled", MetricUnit.Count, 1)\n',
                '        metrics.add_metric("uploads_stalled", MetricUnit.Count, 1)\n' + _QUEUE,
            ),
        ),
    ),
    Mutant(
        "strange-events-dropped",
        "an event without uploads has none that stall",
        "functions/stalled.py",
        "    if not stalled and _records(event):\n",
        "    if not stalled:\n",
    ),
    Mutant(
        "strange-events-raised",
        "an event has records",
        "functions/stalled.py",
        'return event.get("Records", []) if isinstance(event, dict) else []',
        'return event["Records"]',
    ),
    Mutant(
        "stalled-while-it-goes-on",
        "the next checkpoint says so",
        "functions/process.py",
        "        if begun.status is not Status.STALLED or services.ledger.resume(upload):\n",
        "        if True:\n",
    ),
    Mutant(
        "at-work-with-the-error-of-stalling",
        "the status says that it goes on",
        "functions/aws/ledger.py",
        '            "error": None,\n            "stalled_at": None,\n            "progress": {',
        '            "progress": {',
    ),
    Mutant(
        "stalled-is-final",
        "Lambda gave up on it, so it has ended",
        "functions/aws/ledger.py",
        "return self in (Status.COMPLETED, Status.FAILED)",
        "return self is not Status.PROCESSING",
    ),
    Mutant(
        "completed-with-the-error-of-stalling",
        "an error that was overcome is history",
        "functions/aws/ledger.py",
        '"rejects": rejects, "error": None, **',
        '"rejects": rejects, **',
    ),
    Mutant(
        "progress-lost-by-stalling",
        "who has stalled begins again",
        "functions/aws/ledger.py",
        '            "stalled_at": _now(),\n',
        '            "stalled_at": _now(),\n            "progress": None,\n',
    ),
    Mutant(
        "reason-of-giving-up-left-out",
        "the logs have the reason",
        "functions/stalled.py",
        'return {"attempts": attempts, "answer": said} if said else',
        'return {"attempts": attempts, "answer": "an error"} if said else',
    ),
    Mutant(
        "event-that-waited-too-long-failed",
        "Lambda gives up on what fails",
        "functions/stalled.py",
        '    if context.get("condition") == "EventAgeExceeded":\n',
        "    if False:\n",
    ),
)
