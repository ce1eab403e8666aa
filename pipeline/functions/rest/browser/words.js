"use strict";
// Words, numbers and times in the reader's language. The source says everything in English. What is in `msg()`, also in a
// comment, is said elsewhere. The page is served with the catalogue's Portuguese in the place of {}.
const PORTUGUESE = /*PORTUGUESE*/{};
const msg = english => english;
let language = kept() ?? (navigator.languages.find(one => /^(pt|en)/i.test(one))?.startsWith("pt") ? "pt-BR" : "en");

// What was chosen before. A browser may keep nothing.
function kept(chosen) {
  try {
    if (chosen) localStorage.language = chosen;
    return localStorage.language;
  } catch {}
}

// A text in the reader's language; {name} takes a value.
const t = (english, values = {}) => (language !== "en" && PORTUGUESE[english] || english)
  .replace(/{(\w+)}/g, (hole, name) => values[name] ?? hole);

// One text for one, another for other numbers: "1 invoice", "2 invoices"; "0 notas", too, as Brazilians write.
const count = (n, one, many) => t(n === 1 ? one : many, {n: number(n)});

const number = (value, decimals = 0, least = 0) =>
  new Intl.NumberFormat(language, {maximumFractionDigits: decimals, minimumFractionDigits: least}).format(value);

// JSON with its numbers as text, for a binary float would round them. Intl takes text digit by digit.
const exactly = text => JSON.parse(text, (name, value, context) => typeof value === "number" ? context?.source ?? `${value}` : value);

const moment = at => new Date(at).toLocaleString(language, {dateStyle: "medium", timeStyle: "medium"});

// A date as on the invoice, whatever time zone the reader is in; with the time if it has one.
const issued = text => new Date(text.slice(0, 10)).toLocaleDateString(language, {dateStyle: "medium", timeZone: "UTC"})
  + text.slice(10, 16).replace(/^./, ", ");

const span = seconds => seconds < 90 ? `${number(seconds, seconds < 10 ? 1 : 0)} s`
  : seconds < 5400 ? `${number(seconds / 60)} min` : `${number(seconds / 3600, 1)} h`;

const $ = id => document.getElementById(id);

// element("p.soft.small", …): an element with its classes, and with what is in it unless that is empty.
function element(kind, ...content) {
  const [tag, ...names] = kind.split(".");
  const made = document.createElement(tag);
  if (names.length) made.className = names.join(" ");
  made.append(...content.filter(one => one || one === 0));
  return made;
}

function button(text, onclick) {
  return Object.assign(element("button", text), {type: "button", onclick});
}
