// The search for a customer's invoices.
let search = {rows: [], cursor: null};

async function find(of) {
  search = of;
  of.outcome = msg("Searching …");
  drawSearch();
  $("more").hidden = true;
  try {
    const page = exactly(await (await got(`notas?${of.query}${of.cursor ? "&cursor=" + segment(of.cursor) : ""}`)).text());
    of.rows.push(...page.notas);
    of.cursor = page.cursor;
    of.outcome = !of.rows.length && msg("No invoices found.");
  } catch (error) {
    of.outcome = said(error);
  }
  // Another search may have begun meanwhile.
  if (of === search) drawSearch();
}

function drawSearch() {
  const {rows, cursor, outcome} = search;
  $("invoices").tBodies[0].replaceChildren(...rows.map(({data_emissao, id, valor}) => element(
    "tr", element("td", Object.assign(element("time", issued(data_emissao)), {dateTime: data_emissao})), element("td", id),
    element("td.number", number(valor, 20, 2)),
  )));
  $("invoices").hidden = !rows.length;
  $("more").hidden = cursor === null;
  $("found").textContent = outcome ? t(outcome) : rows.length ? count(rows.length, msg("{n} invoice"), msg("{n} invoices")) : "";
}

$("search").onsubmit = event => {
  event.preventDefault();
  const asked = {cliente: $("customer"), de: $("from"), ate: $("to")};
  find({rows: [], cursor: null, query: Object.entries(asked).filter(([, {value}]) => value)
    .map(([name, {value}]) => `${name}=${segment(value)}`).join("&")});
};
$("more").onclick = () => find(search);
