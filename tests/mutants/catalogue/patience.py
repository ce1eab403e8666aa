"""Patience: what passes, how long it is waited for, and when work stops."""

from ..mutant import Mutant

_PAUSE = "min(random.uniform(self._longest / 2, self._longest), left)"

MUTANTS = (
    Mutant(
        "a-number-of-attempts",
        "whatever takes that long does not pass",
        "functions/aws/patience.py",
        "        if left <= 0:\n",
        "        if left <= 0 or self._longest >= LONGEST_PAUSE:\n",
    ),
    Mutant(
        "throttled-statement-is-a-fault",
        "only the service itself can throttle",
        "functions/aws/patience.py",
        "error.code if isinstance(error, StatementError) else isinstance(error, ClientError) and code_of(error)",
        "isinstance(error, ClientError) and code_of(error)",
    ),
    Mutant(
        "patience-not-renewed",
        "a pause is a pause",
        "functions/aws/uploads.py",
        "                    pauses.renew()\n",
        "",
    ),
    Mutant(
        "work-until-the-last-second",
        "what is paid for is used",
        "functions/aws/patience.py",
        "return self._remaining() - self._margin",
        "return self._remaining()",
    ),
    Mutant(
        "margin-of-half-a-minute",
        "half a minute is little",
        "functions/aws/patience.py",
        "min(max(whole / 3, _LEAST_MARGIN), _MOST_MARGIN)",
        "_MOST_MARGIN",
    ),
    Mutant(
        "pauses-of-one-length",
        "50 milliseconds are enough",
        "functions/aws/patience.py",
        "        self._longest = min(2 * self._longest, LONGEST_PAUSE)\n",
        "",
    ),
    Mutant(
        "pauses-without-an-end",
        "twice as long each time",
        "functions/aws/patience.py",
        "min(2 * self._longest, LONGEST_PAUSE)",
        "2 * self._longest",
    ),
    Mutant(
        "pauses-without-jitter",
        "everybody waits as long",
        "functions/aws/patience.py",
        _PAUSE,
        "min(self._longest, left)",
    ),
    Mutant(
        "pause-beyond-the-end",
        "a pause is never that long",
        "functions/aws/patience.py",
        _PAUSE,
        "random.uniform(self._longest / 2, self._longest)",
    ),
    Mutant(
        "every-error-passes",
        "whatever it is, try again",
        "functions/aws/patience.py",
        "return code_of(error) in PASSING or",
        "return code_of(error) is not None or",
    ),
    Mutant(
        "errors-of-the-service-raised",
        "only what has a name passes",
        "functions/aws/patience.py",
        'return code_of(error) in PASSING or error.response["ResponseMetadata"]["HTTPStatusCode"] >= 500',
        "return code_of(error) in PASSING",
    ),
    Mutant(
        "lost-connections-raised",
        "the client has retried those",
        "functions/aws/patience.py",
        "except (ClientError, *LOST, *SPOILED) as error:",
        "except (ClientError, *SPOILED) as error:",
    ),
    Mutant(
        "upload-body-begins-again",
        "S3 is asked for the object",
        "functions/aws/uploads.py",
        '            request["Range"] = f"bytes={known}-"\n',
        "            known = 0\n",
    ),
    Mutant(
        "body-goes-on-a-byte-too-far",
        "known bytes end with the one before",
        "functions/aws/uploads.py",
        'f"bytes={known}-"',
        'f"bytes={known + 1}-"',
    ),
    Mutant(
        "range-taken-for-granted",
        "a range is answered with the range",
        "functions/aws/uploads.py",
        '        if "ContentRange" in answer:\n            known = 0\n',
        "        known = 0\n",
    ),
    Mutant(
        "range-that-begins-at-the-end",
        "a range of nothing is nothing",
        "functions/aws/uploads.py",
        "            if known == upload.size:\n"
        "                return  # S3 takes a range that begins at the end for an error.\n",
        "",
    ),
    Mutant(
        "connections-that-were-not-made-raised",
        "what is lost was made before",
        "functions/aws/patience.py",
        "LOST = (HTTPClientError, NoConnectionError)",
        "LOST = (HTTPClientError,)",
    ),
    Mutant(
        "answers-that-break-off-raised",
        "what comes with 200 is whole",
        "functions/aws/statements.py",
        "            raise ConnectionClosedError(endpoint_url=self._url, error=error) from error\n",
        "            raise TypeError(error) from error\n",
    ),
    Mutant(
        "codes-with-their-namespace",
        "a code is what the service says",
        "functions/aws/statements.py",
        '    code = content.get("__type", str(answer.status_code)).rpartition("#")[2]\n',
        '    code = content.get("__type", str(answer.status_code))\n',
    ),
    Mutant(
        "throttling-forgotten-while-waiting",
        "who waits has not been refused",
        "functions/process.py",
        'raise out_of_time(f"DynamoDB took too long; before, {fault}", fault) from None',
        'raise out_of_time(f"DynamoDB took too long; before, {fault}", None) from None',
    ),
)
