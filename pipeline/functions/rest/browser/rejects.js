// An upload's rejects: grouped by reason, and all of them as a file.
// So many are read for the groups; so many of a group are shown at first, and more at a time.
const MOST_READ = 1000, FEW = 3, MORE = 20;

const refused = ({rejected, conflicts}) => rejected + conflicts;

// Pages of an upload's rejects, as the API has them.
async function* rejectsOf(path) {
  for (let cursor = ""; cursor !== null;) {
    const page = await (await got(`${path}/rejeitadas?limite=100${cursor && "&cursor=" + segment(cursor)}`)).json();
    yield page.rejeitadas;
    cursor = page.cursor;
  }
}

async function firstRejects({path, entry}) {
  const found = [];
  if (entry.rejects) for await (const page of rejectsOf(path)) if (found.push(...page) >= MOST_READ) break;
  return found;
}

// Rejects by the code and hint of their reasons, the most frequent first: [name, [{position, original, reasons}, …]]. An
// invoice is once in a group, with all of its reasons that belong there.
function grouped(rejects) {
  const groups = {};
  for (const reject of rejects) {
    for (const reason of reject.reasons) {
      const name = reason.code + (reason.values?.hint ? "." + reason.values.hint : "");
      const group = groups[name] ??= [];
      if (group.at(-1)?.position !== reject.position) group.push({...reject, reasons: []});
      group.at(-1).reasons.push(reason);
    }
  }
  return Object.entries(groups).sort(([, a], [, b]) => b.length - a.length);
}

// What an invoice calls itself: its id, or the access key of an NF-e. Empty where it does not say.
function nameOf(original) {
  try {
    const {id} = exactly(original);
    if (typeof id === "string") return id;
  } catch {}
  return /\bId(?:\\?"\s*:\s*|=)\\?"NFe(\w+)/.exec(original)?.[1] ?? "";
}

// How a file of rejects begins, and how a reject is written.
const KINDS = {
  // RFC 4180, but Excel takes semicolons where commas are for decimals, and reads no accents without the mark.
  CSV() {
    const [own, other] = language === "en" ? ",;" : ";,";
    // No cell is a formula to a spreadsheet, nor a part of one to those that take the other separator.
    // https://owasp.org/www-community/attacks/CSV_Injection
    const formula = RegExp(`(^|[${other}\\t\\r\\n])(?=[ "]*[=+\\-@＝＋－＠])`, "g");
    const row = cells => cells.map(cell => `"${`${cell}`.replace(formula, "$1'").replaceAll('"', '""')}"`).join(own) + "\r\n";
    return [
      "\uFEFF" + row([t("position"), "id", t("code"), t("path"), t("message"), "original"]),
      ({position, original, reasons}) => reasons.map(({code, path, message}) =>
        row([position, nameOf(original), code, path, message, original ?? ""])).join(""),
    ];
  },
  JSONL: () => ["", reject => JSON.stringify(reject) + "\n"],
};

// All rejects of an upload, as a file for the browser to keep.
async function download({path, file, entry}, kind, told) {
  const [head, written] = KINDS[kind]();
  const parts = [head];
  let read = 0;
  try {
    for await (const page of rejectsOf(path)) {
      parts.push(...page.map(written));
      told.textContent = `${number(read += page.length)} / ${number(refused(entry))}`;
    }
    const href = URL.createObjectURL(new Blob(parts));
    Object.assign(element("a"), {href, download: `${file.name}.rejects.${kind.toLowerCase()}`}).click();
    setTimeout(() => URL.revokeObjectURL(href), MINUTE);
  } catch (error) {
    told.textContent = t(said(error));
  }
}

function rejectsSection(seen) {
  const all = refused(seen.entry), told = element("span.soft");
  const downloads = Object.keys(KINDS).map(kind => {
    const made = button(kind, () => download(seen, kind, told));
    made.ariaLabel = `${t("Download all:")} ${kind}`;
    return made;
  });
  return element(
    "section.rejects",
    element("header", element("h4", count(all, msg("{n} invoice refused"), msg("{n} invoices refused"))),
      element("div.small", told, " " + t("Download all:"), ...downloads)),
    element("p.soft", t("Positions count from 0."),
      seen.rejects.length < all && " " + t("The reasons of the first {n}:", {n: number(seen.rejects.length)})),
    ...grouped(seen.rejects).map(([name, group], index) => groupOf(seen, name, group, index)),
  );
}

// A group shows its first few. `seen.open` knows which groups somebody has opened or closed.
function groupOf(seen, name, group, index) {
  const list = element("ol"), more = button("", () => {
    const first = show(MORE);
    first.tabIndex = -1;
    first.focus();
  });
  function show(some) {
    const from = list.children.length, left = group.length - from - some;
    list.append(...group.slice(from, from + some).map(rejectItem));
    more.hidden = left <= 0;
    more.textContent = t("Show {n} more", {n: number(Math.min(MORE, left))});
    return list.children[from];
  }
  show(FEW);
  const {message, path} = group[0].reasons[0];
  const details = element("details.group", element("summary", element("b", number(group.length)),
    element("span", element("code", path), ` ${message} `, element("code.soft", name))), list, more);
  details.open = seen.open[name] ?? !index;
  details.ontoggle = () => { seen.open[name] = details.open; };
  return details;
}

function rejectItem({position, original, reasons}) {
  const id = nameOf(original);
  return element(
    "li", element("p.small", t("Position {n}", {n: number(position)}), id && " · ", id && element("b", id)),
    ...reasons.map(({path, message}) => element("p", element("code", path), " " + message)),
    element("details.small", element("summary", t("As it came")), element("pre", original ?? t("too long to show"))),
  );
}
