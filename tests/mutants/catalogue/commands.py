"""The commands: files on their way, how long is waited for, and which stack's things `destroy` takes."""

from ..mutant import Mutant

MUTANTS = (
    Mutant(
        "packages-of-any-case",
        "names of buckets are in lower case",
        "../aws_stack/artifacts.py",
        '    digest = "" if stack == stack.lower() else f"-{sha256(stack.encode()).hexdigest()[:8]}"\n',
        '    digest = ""\n',
    ),
    Mutant(
        "stacks-of-any-case",
        "names of stacks may be in any case",
        "removal.py",
        '    return f":cloudformation:{region}:{account}:stack/{stack}/" in value\n',
        '    return f":cloudformation:{region}:{account}:stack/{stack}/".lower() in value.lower()\n',
    ),
    Mutant(
        "conflict-completed-once-more",
        "409 means that one should try again",
        "by_url.py",
        "            raise _ConflictError(error) from None\n",
        "            raise\n",
    ),
    Mutant(
        "conflict-after-200-is-any-error",
        "what comes after 200 is all alike",
        "by_url.py",
        "    if _CONFLICT in said:\n",
        "    if _CONFLICT == said:\n",
    ),
    Mutant(
        "parts-sent-again-to-the-same-upload",
        "new URLs are for new parts",
        "by_url.py",
        '        self._parts, self._renewal = "", 0.0\n',
        "        self._renewal = 0.0\n",
    ),
    Mutant(
        "conflict-with-nobody",
        "S3 refused it, so it is not there",
        "by_url.py",
        """        found = sending.version()
        if found is not None:
            return sending.key, found
        sending.begin_anew()
""",
        "        sending.begin_anew()\n",
    ),
    Mutant(
        "parts-on-no-condition",
        "boto3 takes no condition",
        "uploading.py",
        "        return params | condition\n",
        "        return params\n",
    ),
    Mutant(
        "last-try-as-long-as-the-first",
        "a session has its time-out",
        "client.py",
        "            session = self._open(repetition.left())\n",
        "            session = self._session\n",
    ),
    Mutant(
        "every-question-has-all-the-time",
        "each call has its own patience",
        "by_url.py",
        'self._client.call("GET", path, repetition=self._repetition)',
        'self._client.call("GET", path)',
    ),
    Mutant(
        "silence-does-not-count",
        "patience begins with the first failure",
        "by_url.py",
        "Repetition(self._client.patience - silence)",
        "Repetition(self._client.patience)",
    ),
)
