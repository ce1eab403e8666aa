// How far an upload is to its end.
// The first reading's part of the time, as in pipeline/progress.py.
const FIRST_READING = 0.05;
// A speed is told by this many checkpoints.
const CHECKPOINTS = 20;
const MINUTE = 60_000;
const FINAL = ["completed", "failed"];

// Ask until the upload has ended. One that is stalled may go on.
async function watch(seen, redraw) {
  let moved = Date.now(), last = "";
  for (let wait = 200; !FINAL.includes(seen.state); wait = Math.min(wait * 1.3, 3000)) {
    await pause(wait);
    const answer = await ask(seen.path);
    const answered = Date.now();
    if (!answer.ok && answer.status !== 404) throw await problem(answer);
    const told = answer.ok ? await answer.text() : "";
    if (told !== last) {
      [last, moved] = [told, answered];
      seen.entry = JSON.parse(told);
      seen.state = seen.entry.status;
      see(seen);
    }
    const quiet = FINAL.includes(seen.state) ? 0 : Math.floor((answered - moved) / MINUTE);
    if (moved === answered || quiet !== seen.quiet) {
      seen.quiet = quiet;
      redraw();
    }
  }
}

function share({progress, size}) {
  const part = Math.min(1, progress.bytes / Math.max(1, size));
  return progress.reading === 1 ? part * FIRST_READING : FIRST_READING + part * (1 - FIRST_READING);
}

// Take note of a checkpoint: the first reading's say nothing of the second, which takes longest.
function see(seen) {
  const {entry, pace} = seen;
  if (!entry.progress || entry.progress.reading === 1) return;
  const made = {at: Date.parse(entry.progress.at), share: share(entry)};
  // How long it stalled says nothing of its speed, so that is told by later checkpoints alone.
  if (entry.status === "stalled") [seen.stalledAfter, pace.length] = [made.at, 0];
  if (made.at === seen.stalledAfter || made.at === pace.at(-1)?.at) return;
  pace.push(made);
  if (pace.length > CHECKPOINTS) pace.shift();
}

function timeLeft(pace) {
  if (pace.length < 2) return null;
  const [first, last] = [pace[0], pace.at(-1)];
  const seconds = (1 - last.share) * (last.at - first.at) / (last.share - first.share) / 1000;
  if (!(seconds >= 0 && seconds < Infinity)) return null;
  return span(seconds < 90 ? Math.max(5, Math.round(seconds / 5) * 5) : seconds);
}
