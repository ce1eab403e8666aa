// Files on their way to the uploads bucket.
const TYPES = {json: "application/json", jsonl: "application/jsonl", ndjson: "application/x-ndjson", xml: "application/xml"};
// Larger files go straight to S3, to a URL that the API gives for each.
const LARGE = 4 * 1024 * 1024;
const MAX_PUT = 5 * 1024 ** 3;

// The upload that a file becomes. The same call, made again, makes no other. A RangeError is for good.
async function upload(file, call) {
  const suffix = /\.(jsonl?|ndjson|xml)(\.gz)?$/i.exec(file.name);
  if (!suffix) throw new RangeError(msg("the name must end in .json, .jsonl, .ndjson or .xml, with or without .gz"));
  if (file.size > MAX_PUT) throw new RangeError(msg("more than 5 GiB: compress the file, or use the command notas send"));
  if (file.size > LARGE) return uploadToUrl(file, call);
  const headers = {
    "Content-Type": TYPES[suffix[1].toLowerCase()],
    ...(suffix[2] && {"Content-Encoding": "gzip"}),
    "Idempotency-Key": call,
  };
  return (await got("notas", {method: "POST", headers, body: await file.arrayBuffer()})).json();
}

// Each try has a new URL of the same key. S3 takes one object of it: where its answer was lost, the API knows the version.
async function uploadToUrl(file, call) {
  let tried, failed;
  const find = () => ask(`envios?chave=${segment(tried)}`);
  let answer = await repeat(async () => {
    const found = tried && await find();
    if (found && found.status !== 404) return found;
    const path = `envios?nome=${segment(file.name.slice(-200))}&tamanho=${file.size}`;
    const {key, url, headers} = await (await got(path, {method: "POST", headers: {"Idempotency-Key": call}})).json();
    tried = key;
    const put = await fetch(url, {method: "PUT", headers, body: file});
    return put.status === 412 ? find() : put;
  }, [...PASSING, 409]).catch(error => { failed = error; });
  // S3 may still have been taking the last try.
  if (tried && !answer?.ok) {
    const found = await find();
    if (found.ok) [answer, failed] = [found];
  }
  if (failed) throw failed;
  if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
  if (answer.url.startsWith(BASE)) return answer.json();
  const version = answer.headers.get("x-amz-version-id");
  // As in pipeline/functions/versions.py.
  const etag = () => answer.headers.get("etag").replaceAll('"', "");
  return {key: tried, version_id: version && version !== "null" ? version : `null:${etag()}`};
}
