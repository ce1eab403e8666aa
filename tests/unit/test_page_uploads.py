"""The page's uploads, whose answers are lost. Its script runs in a real browser, and no API is there."""

from fixtures.browser import Browse
from fixtures.canned import URL, Canned

# The first try fails after a time that is longer than the patience.
REPEATED = """async () => {
  const now = Date.now, waits = [];
  const request = async wait => {
    waits.push(wait);
    if (waits.length > 1) return new Response();
    Date.now = () => now() + 1e6;
    throw new TypeError("lost");
  };
  await repeat(request).finally(() => { Date.now = now; });
  return waits;
}"""

# S3's answer is lost, and nobody has any patience.
LOST = """async status => {
  $("patience").value = 0;
  const methods = [];
  window.fetch = async (url, {method = "GET"}) => {
    methods.push(method);
    if (method === "PUT") throw new TypeError("lost");
    if (method === "POST") return Response.json({key: "k", url: "https://s3.example", headers: {}}, {status: 201});
    const answer = Response.json({key: "k", version_id: "v1"}, {status});
    Object.defineProperty(answer, "url", {value: url});
    return answer;
  };
  const outcome = await uploadToUrl(new File(["[]"], "a.json"), "call").catch(error => error.message);
  return {methods, outcome};
}"""


def test_patience_begins_with_the_first_failure(browse: Browse) -> None:
    waits = browse.open(URL, answer=Canned()).evaluate(REPEATED)
    assert len(waits) == 2


def test_one_answer_does_not_take_all_of_the_patience(browse: Browse) -> None:
    waits = browse.open(URL, answer=Canned()).evaluate(REPEATED)
    assert waits[0] == 35_000, "API Gateway itself waits 29 s"


def test_a_file_is_looked_for_once_more_before_it_is_given_up(browse: Browse) -> None:
    told = browse.open(URL, answer=Canned()).evaluate(LOST, 200)
    assert told == {"methods": ["POST", "PUT", "GET"], "outcome": {"key": "k", "version_id": "v1"}}


def test_and_given_up_where_it_is_not_found(browse: Browse) -> None:
    told = browse.open(URL, answer=Canned()).evaluate(LOST, 404)
    assert told == {"methods": ["POST", "PUT", "GET"], "outcome": "lost"}
