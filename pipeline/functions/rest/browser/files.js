// The files of this visit, the newest first, and which of them are shown.
const files = [];
// msg("All"), msg("Under way"), msg("Completed"), msg("With rejects"), msg("Failed")
const FILTERS = {
  "All": () => true,
  "Under way": seen => ![...FINAL, "stalled"].includes(stateOf(seen)),
  "Completed": seen => stateOf(seen) === "completed",
  "With rejects": seen => seen.entry && refused(seen.entry),
  "Failed": seen => ["failed", "stalled"].includes(stateOf(seen)),
};
let chosen = "All";

function addFile(file) {
  const card = element("article");
  card.id = "file-" + files.length;
  card.tabIndex = -1;
  card.setAttribute("aria-labelledby", card.id + "-name");
  const seen = {card, file, call: unique(), sentAt: new Date(), state: "sending", rejects: [], open: {}, quiet: 0, pace: []};
  files.unshift(seen);
  $("uploads").prepend(card);
  follow(seen);
}

// Send a file, watch what becomes of it, and read its rejects. After an error, go on from where that came.
async function follow(seen) {
  const redraw = () => redrawFile(seen);
  redraw();
  try {
    if (!seen.path) {
      const {key, version_id} = await upload(seen.file, seen.call);
      seen.path = `envios/${segment(key)}/${segment(version_id)}`;
      seen.state = "waiting";
      redraw();
    }
    await watch(seen, redraw);
    seen.rejects = await firstRejects(seen);
  } catch (error) {
    seen.error = said(error);
    seen.isFinal = error instanceof RangeError;
  }
  redraw();
}

function again(seen) {
  seen.error = "";
  follow(seen);
}

function redrawFile(seen) {
  const {card, file, error, entry} = seen, before = card.dataset.state, state = stateOf(seen);
  draw(seen);
  filterFiles();
  // A screen reader is told how it ended, not every step.
  if (state === before || !FINAL.includes(state) && state !== "stalled") return;
  const outcome = state === "completed" ? COUNTS.map(name => `${number(entry[name])} ${t(name)}`).join(", ") : t(error || entry.error.message);
  $("news").textContent = `${file.name}: ${t(state)}. ${outcome}`;
}

function filterFiles() {
  for (const chip of $("filters").children) {
    chip.textContent = `${t(chip.value)} ${number(files.filter(FILTERS[chip.value]).length)}`;
    chip.ariaPressed = chip.value === chosen;
  }
  const part = $("named").value.trim().toLowerCase();
  const fits = seen => FILTERS[chosen](seen) && seen.file.name.toLowerCase().includes(part);
  for (const seen of files) seen.card.hidden = !fits(seen);
  $("none").hidden = files.some(fits);
  $("none").textContent = t(files.length ? msg("No file is like that.") : msg("What became of each file will be here."));
  $("filter").hidden = files.length < 2;
}

// The API's messages once more, in the language that was chosen just now.
async function retell(seen) {
  const asked = language;
  if (!FINAL.includes(seen.state) || !seen.entry.error && !seen.rejects.length) return;
  try {
    const entry = await (await got(seen.path)).json();
    const rejects = await firstRejects(seen);
    if (asked === language) draw(Object.assign(seen, {entry, rejects}));
  } catch {}
}

for (const value in FILTERS) {
  $("filters").append(Object.assign(button("", () => {
    chosen = value;
    filterFiles();
  }), {value}));
}
$("named").oninput = filterFiles;
