"""Stand-ins for what the function calls: an S3 in memory, AWS's errors, and time that passes as tests say."""

import math
from collections import defaultdict
from collections.abc import Iterator
from itertools import count
from typing import Any

from botocore.exceptions import ClientError, FlexibleChecksumError, IncompleteReadError

from pipeline.functions.aws.patience import Patience
from pipeline.functions.aws.uploads import Upload

BUCKETS = ("rejects", "unfinished")


def aws_error(code: str, status: int = 400, message: str = "") -> ClientError:
    """What boto3 raises where AWS answers with this code."""
    answer: Any = {"Error": {"Code": code, "Message": message}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return ClientError(answer, "any")


def upload_of(key: str = "notas.json", size: int = 0, version_id: str = "v1") -> Upload:
    """An upload to the bucket `uploads`."""
    return Upload("uploads", key, version_id, size, "2026-10-05T12:00:00.000Z")


def patience(seconds: float = 60.0) -> Patience:
    """An invocation whose time stands still."""
    return Patience(lambda: seconds)


class Countdown:
    """The seconds that are left of an invocation: one less each time somebody asks."""

    def __init__(self, seconds: float) -> None:
        self._passed = count()
        self._seconds = seconds

    def __call__(self) -> float:
        return self._seconds - next(self._passed)


class Clock:
    """Time that passes only while somebody sleeps, or as a test sets it. It stands in for the module `time`, too."""

    def __init__(self) -> None:
        self.now = 0.0
        self.pauses: list[float] = []

    def monotonic(self) -> float:
        """Seconds since the clock was made."""
        return self.now

    def sleep(self, seconds: float) -> None:
        """Let so many seconds pass."""
        self.pauses.append(seconds)
        self.now += seconds


class CrashedError(Exception):
    """The function is dead, and so makes no more calls."""


class Life:
    """Counts the calls of one invocation, and ends it before or after one of them."""

    def __init__(self, calls: float = math.inf, *, after: bool = False) -> None:
        self.calls = 0
        self._last = calls
        self._after = after

    def before(self) -> None:
        """A call is about to be made."""
        self.calls += 1
        if self.calls > self._last or (self.calls == self._last and not self._after):
            raise CrashedError

    def after(self) -> None:
        """A call was made, but its answer may not arrive."""
        if self.calls >= self._last:
            raise CrashedError


class Stream:
    """The body of an answer. It breaks off after `limit` bytes, if it has one, or raises what stands at its `end`."""

    def __init__(self, content: bytes, limit: int | None = None, end: Exception | None = None) -> None:
        self._content = content
        self._limit = limit
        self._end = end

    def read(self) -> bytes:
        """All of it."""
        return b"".join(self.iter_chunks(1 << 30))

    def iter_chunks(self, size: int) -> Iterator[bytes]:
        """It in chunks."""
        end = len(self._content) if self._limit is None else self._limit
        for start in range(0, end, size):
            yield self._content[start : min(start + size, end)]
        if self._limit is not None:
            raise IncompleteReadError(actual_bytes=end, expected_bytes=len(self._content))
        if self._end is not None:
            raise self._end


class S3:
    """Objects in memory, by bucket and key.

    `script` has, by operation, what becomes of its next calls: an exception is raised, at the end of the body if it is
    about a checksum; a number is how many bytes come before the body breaks off, bytes are the whole body instead of
    its own, None is nothing. `ranges` says whether requests for a range get one.
    """

    def __init__(self, held: dict[tuple[str, str], bytes] | None = None, life: Life | None = None) -> None:
        self.held = {} if held is None else held
        self.life = life or Life()
        self.script: dict[str, list[Any]] = defaultdict(list)
        self.requests: list[tuple[str, dict[str, Any]]] = []
        self.ranges = True
        self.open: dict[str, dict[int, bytes]] = {}

    def names(self, bucket: str) -> list[str]:
        """The keys in a bucket."""
        return sorted(key for place, key in self.held if place == bucket)

    def _called(self, operation: str, request: dict[str, Any]) -> Any:
        self.life.before()
        self.requests.append((operation, request))
        step = self.script[operation].pop(0) if self.script[operation] else None
        if isinstance(step, Exception) and not isinstance(step, FlexibleChecksumError):
            raise step
        return step

    def get_object(self, **request: Any) -> dict[str, Any]:
        """The object, or a range of it."""
        limit = self._called("get_object", request)
        content = self._content(request["Bucket"], request["Key"])
        answer: dict[str, Any] = {}
        if "Range" in request:
            start = int(request["Range"].removeprefix("bytes=").removesuffix("-"))
            if start >= len(content):
                raise aws_error("InvalidRange", 416)
            if self.ranges:
                answer["ContentRange"] = f"bytes {start}-{len(content) - 1}/{len(content)}"
                content = content[start:]
        if isinstance(limit, bytes):
            return {**answer, "Body": Stream(limit)}
        if isinstance(limit, Exception):
            return {**answer, "Body": Stream(content, end=limit)}
        return {**answer, "Body": Stream(content, limit)}

    def put_object(self, **request: Any) -> None:
        """Write an object."""
        self._called("put_object", request)
        self.held[request["Bucket"], request["Key"]] = request["Body"]
        self.life.after()

    def delete_object(self, **request: Any) -> None:
        """Remove an object, if it is there."""
        self._called("delete_object", request)
        self.held.pop((request["Bucket"], request["Key"]), None)
        self.life.after()

    def list_objects_v2(self, **request: Any) -> dict[str, Any]:
        """Some of the keys that begin with a prefix."""
        self._called("list_objects_v2", request)
        names = [name for name in self.names(request["Bucket"]) if name.startswith(request["Prefix"])]
        return {"Contents": [{"Key": name} for name in names[:3]]} if names else {}

    def create_multipart_upload(self, **request: Any) -> dict[str, str]:
        """Begin an upload of parts."""
        self._called("create_multipart_upload", request)
        upload_id = str(len(self.requests))
        self.open[upload_id] = {}
        return {"UploadId": upload_id}

    def upload_part_copy(self, **request: Any) -> dict[str, Any]:
        """Copy an object into a part."""
        self._called("upload_part_copy", request)
        source = request["CopySource"]
        self.open[request["UploadId"]][request["PartNumber"]] = self._content(source["Bucket"], source["Key"])
        return {"CopyPartResult": {"ETag": f"{request['PartNumber']}"}}

    def upload_part(self, **request: Any) -> dict[str, Any]:
        """Write a part."""
        self._called("upload_part", request)
        self.open[request["UploadId"]][request["PartNumber"]] = request["Body"]
        return {"ETag": f"{request['PartNumber']}"}

    def complete_multipart_upload(self, **request: Any) -> None:
        """Make an object of the parts, which must be named in ascending order."""
        self._called("complete_multipart_upload", request)
        numbers = [part["PartNumber"] for part in request["MultipartUpload"]["Parts"]]
        if numbers != sorted(set(numbers)):
            raise aws_error("InvalidPartOrder")
        parts = self.open.pop(request["UploadId"])
        self.held[request["Bucket"], request["Key"]] = b"".join(parts[number] for number in numbers)
        self.life.after()

    def abort_multipart_upload(self, **request: Any) -> None:
        """Forget the parts."""
        self._called("abort_multipart_upload", request)
        del self.open[request["UploadId"]]

    def _content(self, bucket: str, key: str) -> bytes:
        if (bucket, key) not in self.held:
            raise aws_error("NoSuchKey", 404)
        return self.held[bucket, key]
