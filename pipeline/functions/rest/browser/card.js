// A file's card.
// msg("received"), msg("stored"), msg("duplicates"), msg("conflicts"), msg("rejected")
const COUNTS = ["received", "stored", "duplicates", "conflicts", "rejected"];

// msg("sending"), msg("waiting"), msg("processing"), msg("completed"), msg("failed"), msg("stalled")
// An upload that has ended stays so, whatever happened to a request after that.
const stateOf = seen => seen.error && !FINAL.includes(seen.state) ? "failed" : seen.state;

function draw(seen) {
  const {card, file, entry, error, quiet, sentAt} = seen, state = stateOf(seen);
  const from = entry?.uploaded_at ?? sentAt;
  const took = entry?.finished_at && (Date.parse(entry.finished_at) - Date.parse(from)) / 1000;
  card.dataset.state = state;
  card.replaceChildren(
    element("header", Object.assign(element("h3", file.name), {id: card.id + "-name"}), element("p.state", t(state))),
    element("p.soft.small", moment(from), took > 0 && " · " + t("took {time}", {time: span(took)})),
  );
  const say = (kind, ...content) => card.append(element(kind, ...content));
  if (error) {
    say("p.bad", t(error));
    if (!seen.isFinal) card.append(button(t("Try again"), () => {
      card.focus();
      again(seen);
    }));
  } else if (quiet && state !== "stalled") say("p", t("nothing new for {n} min", {n: number(quiet)}));
  if (!FINAL.includes(state)) drawProgress(seen, state);
  if (entry?.error) {
    const {code, message, line, column, offset} = entry.error;
    const place = line ? t("line {line}, column {column}", {line, column}) : offset !== null && t("byte {offset}", {offset});
    say("p.bad", message, place && ` (${place})`, " ", element("code", code));
  }
  if (state === "stalled") {
    say("p", t("Stalled since {time}. What was stored so far stays.", {time: moment(entry.stalled_at)}));
    const remedy = t("To make it go on from there: remove the cause, then run notas redrive, with --cloud aws or --endpoint-url, and --stack. This page goes on watching.");
    // No line ends within an option.
    say("p", ...remedy.split(/(--[\w-]+)/).map((part, index) => index % 2 ? element("code", part) : part));
  }
  if (state === "completed") drawCounts(card, entry);
  if (seen.rejects.length) card.append(rejectsSection(seen));
}

function drawProgress({card, entry, pace}, state) {
  const bar = element("progress"), progress = entry?.progress;
  // Nothing moves in an upload that stalled.
  if (!progress && state === "stalled") return;
  bar.ariaLabel = t(state);
  card.append(bar);
  if (!progress) return;
  bar.value = share(entry);
  const left = state === "processing" && timeLeft(pace);
  card.append(element("p.small", [
    `${number(bar.value * 100)} %`,
    progress.reading === 1 ? t("reading the file to its end") : count(progress.judged, msg("{n} invoice judged"), msg("{n} invoices judged")),
    left && t("about {time} left", {time: left}),
  ].filter(Boolean).join(" · ")));
}

// The five counts, and the shares of the four outcomes as a bar.
function drawCounts(card, entry) {
  const bar = element("div.bar");
  card.append(element("dl.counts", ...COUNTS.map(name => {
    const n = entry[name];
    if (name !== "received" && n) bar.append(element("i." + name)), bar.lastChild.style.flexGrow = n;
    return element("div." + name + (n ? "" : ".zero"), element("dt", t(name)), element("dd", number(n)));
  })), bar);
}
