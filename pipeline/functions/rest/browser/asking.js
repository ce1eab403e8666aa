// Requests to the API, made until they are answered.
// Statuses of answers that may be others later, and milliseconds between tries, as in pipeline/repetition.py.
const PASSING = [429, 500, 502, 503, 504];
const FIRST_PAUSE = 250, LONGEST_PAUSE = 8000;
// The longest wait for one answer, as in pipeline/client.py.
const LONGEST_TRY = 35000;
const BASE = location.origin + location.pathname.replace(/\/*$/, "/");
let key = "";

const isLost = error => error instanceof TypeError || error.name === "TimeoutError";
const segment = text => encodeURIComponent(text).replace(/[!'()*]/g, c => "%" + c.charCodeAt().toString(16).toUpperCase());
const pause = milliseconds => new Promise(done => setTimeout(done, milliseconds));
// crypto.randomUUID is there for secure contexts only.
const unique = () => crypto.getRandomValues(new Uint32Array(4)).join("-");

// Make a request until it is answered, for as long as the user said. The last answer, or the last error, is the outcome.
// The patience begins with the first failure: a large file may take long, and fail then.
async function repeat(request, passing = PASSING) {
  const patience = 1000 * $("patience").value;
  let ends = null;
  for (let longest = FIRST_PAUSE; ; longest = Math.min(2 * longest, LONGEST_PAUSE)) {
    let answer, failed;
    try {
      const left = ends === null ? patience : ends - Date.now();
      answer = await request(Math.min(LONGEST_TRY, Math.max(1000, left)));
    } catch (error) {
      if (!isLost(error)) throw error;
      failed = error;
    }
    if (answer && !passing.includes(answer.status)) return answer;
    ends ??= Date.now() + patience;
    const wait = Math.max(longest * (1 + Math.random()) / 2, answer ? asked(answer) : 0);
    if (Date.now() + wait > ends) {
      if (failed) throw failed;
      return answer;
    }
    await pause(wait);
  }
}

// The milliseconds that Retry-After asks for: it is a number of seconds, or a date.
function asked(answer) {
  const told = answer.headers.get("Retry-After") ?? "";
  return Math.max(0, /^\d+$/.test(told) ? 1000 * told : Date.parse(told) - Date.now() || 0);
}

async function ask(path, options = {}) {
  const headers = {...options.headers, "Accept-Language": language, ...(key && {"x-api-key": key})};
  // How long a body takes to be sent is nobody's to limit.
  const within = wait => options.body ? {} : {signal: AbortSignal.timeout(wait)};
  const answer = await repeat(wait => fetch(BASE + path, {...options, headers, ...within(wait)}));
  if (answer.status === 403) {
    $("key-form").hidden = false;
    throw new Error(msg("This API asks for a key or for signed requests; to sign them, use the command notas send."));
  }
  return answer;
}

// The answer that has what was asked for.
async function got(path, options) {
  const answer = await ask(path, options);
  if (!answer.ok) throw await problem(answer);
  return answer;
}

async function problem(answer) {
  const told = await answer.json().catch(() => ({}));
  const wrong = told.errors?.map(({name, detail}) => `${name}: ${detail}`).join("; ");
  return new Error((told.detail || `HTTP ${answer.status}`) + (wrong ? ` (${wrong})` : ""));
}

// What to say of an error; in English where the page says it itself.
const said = error => isLost(error) ? msg("no answer; try again") : error.message;
