"""The proxy before a cloud: what each kind of fault does to a call, and what its handle tells."""

import http.client
import json
import socket
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from functools import cache
from typing import Any
from urllib.parse import urlsplit

import pytest
from botocore.exceptions import (
    ClientError,
    HTTPClientError,
    IncompleteReadError,
    ReadTimeoutError,
    ResponseStreamingError,
)

from aws_stack.proxy import (
    ALWAYS,
    ATTEMPT,
    DYING,
    FATAL,
    Corrupt,
    Cut,
    Delay,
    Drip,
    Duplicate,
    ErrorInside,
    Exhaust,
    Expire,
    Fault,
    Hang,
    How,
    Kill,
    KillIn,
    Lose,
    Moment,
    Proxy,
    Refuse,
    RefuseStatements,
    Reset,
    unstruck,
)
from aws_stack.proxy.calls import UnknownCallError, operation_of
from aws_stack.waiting import NotYet, wait_until

from .cloudlet import DOCUMENT, ITEM, Cloudlet, cloudlet, dynamodb, s3

BATCH = [{"Statement": name} for name in "abc"]


@pytest.fixture
def upstream() -> Iterator[Cloudlet]:
    with cloudlet() as one:
        yield one


@pytest.fixture
def proxy(upstream: Cloudlet) -> Iterator[Proxy]:
    with Proxy(upstream.url, account="111111111111") as between:
        yield between


# A client takes longer to make than to ask.
asking = cache(dynamodb)


def get(proxy: Proxy, id_: str = "NF-1", read_timeout: float = 10) -> Any:
    return asking(proxy.url, read_timeout).get_item(TableName="notas", Key={"id": {"S": id_}})["Item"]


@contextmanager
def connected(proxy: Proxy) -> Iterator[Callable[..., Any]]:
    """A connection as one process has it, and what asks for an item on it, in the name of an invocation if it has one.

    Returns the headers of the answer.
    """
    connection = http.client.HTTPConnection(urlsplit(proxy.url).netloc, timeout=10)

    def ask(body: bytes = b"{}", invocation: str | None = None) -> Any:
        named = {} if invocation is None else {ATTEMPT: invocation}
        connection.request("POST", "/", body, {"X-Amz-Target": "DynamoDB_20120810.GetItem", **named})
        answer = connection.getresponse()
        answer.read()
        return answer.headers

    try:
        yield ask
    finally:
        connection.close()


def test_a_call_that_nothing_strikes_comes_through_as_it_was(upstream: Cloudlet, proxy: Proxy) -> None:
    assert get(proxy) == ITEM
    assert proxy.calls == ["GetItem"]
    assert json.loads(upstream.bodies[0])["Key"] == {"id": {"S": "NF-1"}}


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [("bytes=10-", 10, 999), ("bytes=10-19", 10, 19), ("bytes=990-2000", 990, 999), ("bytes=-10", 990, 999)],
)
def test_a_part_is_given_where_the_cloud_gives_the_whole(proxy: Proxy, asked: str, first: int, last: int) -> None:
    answer = s3(proxy.url).get_object(Bucket="b", Key="k", Range=asked)
    assert answer["ContentRange"] == f"bytes {first}-{last}/1000"
    assert answer["Body"].read() == DOCUMENT[first : last + 1]


@pytest.mark.parametrize("asked", ["bytes=-", "lines=1-2"])
def test_what_is_no_range_of_bytes_gets_the_whole(proxy: Proxy, asked: str) -> None:
    assert s3(proxy.url).get_object(Bucket="b", Key="k", Range=asked)["Body"].read() == DOCUMENT


@pytest.mark.parametrize("how", [Refuse("ThrottlingException"), Expire()], ids=str)
def test_a_refused_call_never_reaches_the_cloud(upstream: Cloudlet, proxy: Proxy, how: How) -> None:
    proxy.arm(Fault("GetItem", how))
    with pytest.raises(ClientError, match="on purpose"):
        get(proxy)
    assert upstream.bodies == []
    assert get(proxy) == ITEM


@pytest.mark.parametrize(("how", "reached"), [(Reset(), 0), (Lose(), 1), (Cut(), 1)], ids=str)
def test_a_connection_that_is_closed_leaves_no_answer(upstream: Cloudlet, proxy: Proxy, how: How, reached: int) -> None:
    proxy.arm(Fault("GetItem", how))
    with pytest.raises((HTTPClientError, IncompleteReadError)):
        get(proxy)
    assert len(upstream.bodies) == reached


def test_an_answer_that_is_cut_has_half_of_its_body(proxy: Proxy) -> None:
    proxy.arm(Fault("GetObject", Cut()))
    body = s3(proxy.url).get_object(Bucket="b", Key="k")["Body"]
    with pytest.raises(
        ResponseStreamingError, match=f"{len(DOCUMENT) // 2} bytes read, {len(DOCUMENT) // 2} more expected"
    ):
        body.read()


def test_a_corrupted_answer_differs_by_a_byte_that_is_no_text(proxy: Proxy) -> None:
    proxy.arm(Fault("GetObject", Corrupt()))
    body = s3(proxy.url).get_object(Bucket="b", Key="k")["Body"].read()
    assert [(place, one) for place, one in enumerate(body) if one != DOCUMENT[place]] == [(len(DOCUMENT) // 2, 0xFF)]
    assert len(body) == len(DOCUMENT)


def test_an_answer_may_be_corrupted_and_well_formed(proxy: Proxy) -> None:
    old, new = DOCUMENT[100:104], b"1500"
    proxy.arm(Fault("GetObject", Corrupt(old, new)))
    body = s3(proxy.url).get_object(Bucket="b", Key="k")["Body"].read()
    assert body == DOCUMENT.replace(old, new, 1) != DOCUMENT


def test_answers_that_are_corrupted_one_after_the_other_differ(proxy: Proxy) -> None:
    for skip in (0, 2):
        proxy.arm(Fault("GetObject", Corrupt(), 2, skip=skip))
    bodies = [s3(proxy.url).get_object(Bucket="b", Key="k")["Body"].read() for _ in range(4)]
    assert len(set(bodies)) == 4


def test_an_answer_that_drips_comes_whole(proxy: Proxy) -> None:
    proxy.arm(Fault("GetObject", Drip(0.01, piece=300)))
    assert s3(proxy.url).get_object(Bucket="b", Key="k")["Body"].read() == DOCUMENT


def test_a_duplicate_is_carried_out_twice(upstream: Cloudlet, proxy: Proxy) -> None:
    proxy.arm(Fault("GetItem", Duplicate()))
    assert get(proxy) == ITEM
    assert len(upstream.bodies) == 2


def test_what_is_delayed_is_carried_out_also_where_nobody_waits_any_more(upstream: Cloudlet, proxy: Proxy) -> None:
    proxy.arm(Fault("GetItem", Delay(600)))
    with pytest.raises(ReadTimeoutError):
        get(proxy, read_timeout=0.2)
    assert upstream.bodies == []
    proxy.clear()
    wait_until("it is carried out", lambda: len(upstream.bodies) == 1 or NotYet("nothing"), 5)


def test_what_hangs_is_never_carried_out_and_is_let_go_when_faults_are_cleared(
    upstream: Cloudlet, proxy: Proxy
) -> None:
    handle = proxy.arm(Fault("GetItem", Hang()))
    with ThreadPoolExecutor(1) as pool:
        hanging = pool.submit(get, proxy)
        wait_until("it hangs", lambda: bool(handle.struck) or NotYet("no call"), 5)
        assert not hanging.done()
        proxy.clear()
        with pytest.raises(HTTPClientError):
            hanging.result(5)
    assert upstream.bodies == []


@pytest.mark.parametrize(("moment", "reached"), [(Moment.BEFORE, 0), (Moment.AFTER, 1)])
def test_a_killing_answer_says_so_and_its_handle_tells_whether_the_caller_died(
    upstream: Cloudlet, proxy: Proxy, moment: Moment, reached: int
) -> None:
    handle = proxy.arm(Fault("GetItem", Kill(moment)))
    with connected(proxy) as ask:
        assert ask()[FATAL] == "now"
        assert len(upstream.bodies) == reached
        assert not handle.killed
    # A process that dies closes its connections.
    wait_until("the handle knows", lambda: handle.killed or NotYet("it does not"), 5)
    assert unstruck([handle]) == []


@pytest.mark.parametrize(("how", "order"), [(KillIn(0.05), "in 0.05"), (Exhaust(), "memory")], ids=str)
def test_a_function_that_is_to_die_later_has_its_answer_and_is_seen_to_die(
    upstream: Cloudlet, proxy: Proxy, how: How, order: str
) -> None:
    handle = proxy.arm(Fault("GetItem", how))
    with connected(proxy) as ask:
        said, _, number = ask()[FATAL].rpartition(" ")
        assert said == order
        assert len(upstream.bodies) == 1
        assert FATAL not in ask()
    address = urlsplit(proxy.url)
    with socket.create_connection((address.hostname or "", address.port or 0)) as last_words:
        last_words.sendall(f"GET {DYING}{number} HTTP/1.1\r\n\r\n".encode())
        assert not handle.killed
    wait_until("the handle knows", lambda: handle.killed or NotYet("it does not"), 5)
    assert proxy.calls == ["GetItem"] * 2, "that was no call"


def test_a_function_that_dies_while_another_of_its_threads_takes_the_connection_was_killed(proxy: Proxy) -> None:
    handle = proxy.arm(Fault("GetItem", Kill(Moment.AFTER)))
    address = urlsplit(proxy.url)
    with socket.create_connection((address.hostname or "", address.port or 0)) as connection:
        asked = b"POST / HTTP/1.1\r\nX-Amz-Target: DynamoDB_20120810.GetItem\r\nContent-Length: 2\r\n\r\n{}"
        connection.sendall(asked)
        assert connection.recv(65_536)
        connection.sendall(asked)
    assert unstruck([handle]) == []


def test_a_function_that_lives_on_was_not_killed(proxy: Proxy, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("armed", "passing"):
        monkeypatch.setattr(f"aws_stack.proxy.{module}.DEATH_SECONDS", 0.1)
    handle = proxy.arm(Fault("GetItem", Kill(Moment.AFTER)))
    with connected(proxy) as ask:
        ask()
        assert unstruck([handle]) == [f"{handle.fault}: struck, and the function lives"]


def test_statements_are_refused_each_for_its_own_reason_and_the_others_carried_out(
    upstream: Cloudlet, proxy: Proxy
) -> None:
    proxy.arm(Fault("BatchExecuteStatement", RefuseStatements(("TransactionConflict", None, "ThrottlingError", None))))
    responses = dynamodb(proxy.url).batch_execute_statement(Statements=BATCH)["Responses"]  # type: ignore[arg-type]
    assert [one.get("Error", {}).get("Code") for one in responses] == ["TransactionConflict", None, "ThrottlingError"]
    assert responses[1]["TableName"] == "b"
    assert [json.loads(body)["Statements"] for body in upstream.bodies] == [BATCH[1:2]]
    assert "Credential=111111111111/" in upstream.headers["authorization"]


def test_a_batch_of_which_all_is_refused_never_reaches_the_cloud(upstream: Cloudlet, proxy: Proxy) -> None:
    proxy.arm(Fault("BatchExecuteStatement", RefuseStatements(("ThrottlingError",) * 25)))
    responses = dynamodb(proxy.url).batch_execute_statement(Statements=BATCH)["Responses"]  # type: ignore[arg-type]
    assert [one["Error"]["Code"] for one in responses] == ["ThrottlingError"] * 3
    assert upstream.bodies == []


def test_an_error_inside_an_answer_is_one_to_boto3(upstream: Cloudlet, proxy: Proxy) -> None:
    proxy.arm(Fault("CompleteMultipartUpload", ErrorInside("SlowDown")))
    with pytest.raises(ClientError, match="SlowDown"):
        s3(proxy.url).complete_multipart_upload(Bucket="b", Key="k", UploadId="u")
    assert upstream.bodies == []


def test_every_fault_counts_every_call_and_the_one_armed_first_strikes(proxy: Proxy) -> None:
    first = proxy.arm(Fault("GetItem", Reset(), skip=1))
    both = proxy.arm(Fault("GetItem", Lose(), 2, skip=1))
    for _ in range(4):
        try:
            get(proxy)
        except HTTPClientError:
            continue
    assert (first.struck, both.struck) == ([1], [2])


def test_a_fault_strikes_the_calls_of_its_attempt_and_of_its_item(upstream: Cloudlet, proxy: Proxy) -> None:
    handle = proxy.arm(Fault("GetItem", Lose(), ALWAYS, about="NF-2", attempt=1))
    with connected(proxy) as ask:
        for invocation in ("x", "y"):
            ask(b'{"id": "NF-1"}', invocation)
            assert ATTEMPT not in upstream.headers
            with nullcontext() if invocation == "x" else pytest.raises(ConnectionError):
                ask(b'{"id": "NF-2"}', invocation)
    assert handle.struck == [3]


def test_a_share_of_calls_is_drawn_the_same_way_each_time(proxy: Proxy) -> None:
    struck = []
    for _ in range(2):
        proxy.clear()
        handle = proxy.arm(Fault("GetItem", Refuse("ThrottlingException"), ALWAYS, share=0.5, seed=3))
        for _ in range(20):
            try:
                get(proxy)
            except ClientError:
                continue
        struck.append(handle.struck)
    assert struck[0] == struck[1]
    assert 3 < len(struck[0]) < 17


def test_a_fault_that_lasts_for_seconds_is_over_then(proxy: Proxy) -> None:
    proxy.arm(Fault("GetItem", Refuse("ThrottlingException"), seconds=0.2))

    def ask() -> bool | NotYet:
        try:
            return bool(get(proxy))
        except ClientError as error:
            return NotYet(str(error))

    assert isinstance(ask(), NotYet)
    assert wait_until("it is over", ask, 5)


def test_attempts_and_repeated_calls_are_counted(proxy: Proxy) -> None:
    with connected(proxy) as ask:
        for invocation in ("x", "y", "x"):
            ask(b'{"id": "NF-1"}', invocation)
        ask(b'{"id": "NF-2"}', "z")
        assert (proxy.attempts, proxy.repeated) == (3, 2)
        proxy.clear()
        assert (proxy.attempts, proxy.repeated) == (0, 0)


def test_a_call_came_again_where_the_same_came_later(proxy: Proxy) -> None:
    handle = proxy.arm(Fault("GetItem", Lose()))
    assert not proxy.came_again(handle)
    with pytest.raises(HTTPClientError):
        get(proxy, "NF-1")
    get(proxy, "NF-2")
    assert not proxy.came_again(handle)
    get(proxy, "NF-1")
    assert proxy.came_again(handle)


def test_a_disarmed_proxy_strikes_nothing_and_its_handles_say_so(proxy: Proxy) -> None:
    proxy.disarmed = True
    handle = proxy.arm(Fault("GetItem", Reset()))
    assert get(proxy) == ITEM
    assert unstruck([handle]) == [f"{handle.fault}: never struck"]


@pytest.mark.parametrize(
    ("fault", "calls", "said"),
    [
        (Fault("GetItem", Refuse("ThrottlingException")), 0, "never struck"),
        (Fault("GetItem", Refuse("ThrottlingException"), 3), 2, "struck 2 of 3 times"),
        (Fault("GetItem", Refuse("ThrottlingException"), skip=2), 2, "never struck"),
        (Fault("GetItem", Refuse("ThrottlingException"), seconds=60), 0, "never struck"),
        (Fault("GetItem", Refuse("ThrottlingException"), ALWAYS), 0, "never struck"),
        (Fault("GetItem", Refuse("ThrottlingException"), 2), 2, ""),
        (Fault("GetItem", Refuse("ThrottlingException"), ALWAYS), 1, ""),
        (Fault("GetItem", Refuse("ThrottlingException"), seconds=60), 1, ""),
    ],
    ids=str,
)
def test_a_fault_that_struck_less_often_than_it_says_is_told(proxy: Proxy, fault: Fault, calls: int, said: str) -> None:
    handle, chance = proxy.arm(fault), proxy.arm(fault, may_miss=True)
    for _ in range(calls):
        try:
            get(proxy)
        except ClientError:
            continue
    proxy.clear()
    assert handle.missing() == said
    assert chance.missing() == ""


@pytest.mark.parametrize(
    ("method", "url", "is_copy", "operation"),
    [
        ("GET", "/b/a%20b.json?versionId=3", False, "GetObject"),
        ("HEAD", "/b/k", False, "HeadObject"),
        ("PUT", "/b/k", False, "PutObject"),
        ("PUT", "/b/k?partNumber=1&uploadId=u", False, "UploadPart"),
        ("PUT", "/b/k?partNumber=1&uploadId=u", True, "UploadPartCopy"),
        ("POST", "/b/k?uploads", False, "CreateMultipartUpload"),
        ("POST", "/b/k?uploadId=u", False, "CompleteMultipartUpload"),
        ("DELETE", "/b/k?uploadId=u", False, "AbortMultipartUpload"),
        ("DELETE", "/b/k?versionId=3", False, "DeleteObject"),
        ("GET", "/b?list-type=2&prefix=a&encoding-type=url", False, "ListObjectsV2"),
        ("GET", "/b?versions&prefix=a", False, "ListObjectVersions"),
        ("POST", "/2015-03-31/functions/notas/invocations", False, "Invoke"),
    ],
)
def test_a_request_to_s3_is_named_by_what_it_asks_for(method: str, url: str, is_copy: bool, operation: str) -> None:
    assert operation_of(method, url, is_copy=is_copy) == operation


@pytest.mark.parametrize(("method", "url"), [("PUT", "/b/k?acl"), ("PUT", "/b"), ("GET", "/b"), ("PATCH", "/b/k")])
def test_a_request_to_s3_that_is_not_known_is_taken_for_no_other(method: str, url: str) -> None:
    with pytest.raises(UnknownCallError, match="no call that is known"):
        operation_of(method, url)


def test_a_call_that_is_not_known_is_answered_and_told(upstream: Cloudlet, proxy: Proxy) -> None:
    with pytest.raises(ClientError, match="501"):
        s3(proxy.url).put_bucket_versioning(Bucket="b", VersioningConfiguration={"Status": "Enabled"})
    assert upstream.bodies == []
    assert proxy.unknown == ["PUT /b?versioning is no call that is known"]


def test_a_call_that_is_not_known_passes_where_the_proxy_lets_it(upstream: Cloudlet) -> None:
    with Proxy(upstream.url, passes_unknown=True) as between:
        s3(between.url).put_bucket_versioning(Bucket="b", VersioningConfiguration={"Status": "Enabled"})
        unsigned = http.client.HTTPConnection(urlsplit(between.url).netloc)
        unsigned.request("PUT", "/b?versioning")
        assert unsigned.getresponse().status == 200
        unsigned.close()
        assert between.calls == ["PutBucketVersioning", "unknown"]
    assert len(upstream.bodies) == 2


def test_what_is_kept_waits_for_the_answers_on_their_way(proxy: Proxy) -> None:
    proxy.keep()
    proxy.arm(Fault("GetItem", Drip(0.05, piece=5)))
    begun = threading.Thread(target=get, args=(proxy,))
    begun.start()
    wait_until("it was asked", lambda: proxy.calls == ["GetItem"] or NotYet(str(proxy.calls)), 5)
    assert [one.operation for one in proxy.kept()] == ["GetItem"]
    begun.join()
