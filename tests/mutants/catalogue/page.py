"""The page: what a person reads, in which language, and what the browser keeps."""

from ..mutant import Mutant

_BROWSER = "functions/rest/browser/"

MUTANTS = (
    Mutant(
        "page-asks-in-any-language",
        "the browser sends its own Accept-Language",
        _BROWSER + "asking.js",
        '"Accept-Language": language, ',
        "",
    ),
    Mutant(
        "reasons-in-the-first-language",
        "what is there is translated by the page",
        _BROWSER + "page.js",
        "  files.forEach(retell);\n",
        "",
    ),
    Mutant(
        "late-answer-in-the-other-language",
        "the last answer is the newest",
        _BROWSER + "files.js",
        "if (asked === language) draw(",
        "draw(",
    ),
    Mutant(
        "language-forgotten",
        "the browser knows its language",
        _BROWSER + "page.js",
        'kept(language = language === "en" ? "pt-BR" : "en");',
        'language = language === "en" ? "pt-BR" : "en";',
    ),
    Mutant(
        "storage-taken-for-granted",
        "every browser has localStorage",
        _BROWSER + "words.js",
        """  try {
    if (chosen) localStorage.language = chosen;
    return localStorage.language;
  } catch {}
""",
        """  if (chosen) localStorage.language = chosen;
  return localStorage.language;
""",
    ),
    Mutant(
        "amounts-through-a-float",
        "JSON.parse reads numbers",
        _BROWSER + "words.js",
        "context?.source ?? `${value}`",
        "value",
    ),
    Mutant(
        "dates-in-the-readers-zone",
        "a date is shown as dates are",
        _BROWSER + "words.js",
        ', timeZone: "UTC"',
        "",
    ),
    Mutant(
        "groups-by-code-alone",
        "the code says what is wrong",
        _BROWSER + "rejects.js",
        'reason.code + (reason.values?.hint ? "." + reason.values.hint : "")',
        "reason.code",
    ),
    Mutant(
        "invoice-as-often-as-its-reasons",
        "a group has a row for each reason",
        _BROWSER + "rejects.js",
        "if (group.at(-1)?.position !== reject.position) group.push",
        "group.push",
    ),
    Mutant(
        "groups-in-any-order",
        "a file has few kinds of reasons",
        _BROWSER + "rejects.js",
        "Object.entries(groups).sort(([, a], [, b]) => b.length - a.length)",
        "Object.entries(groups)",
    ),
    Mutant(
        "download-of-what-is-shown",
        "the page has the rejects already",
        _BROWSER + "rejects.js",
        "    for await (const page of rejectsOf(path)) {\n      parts",
        "    for (const page of [await firstRejects({path, entry})]) {\n      parts",
    ),
    Mutant(
        "cells-that-are-formulas",
        "a cell in quotes is a text",
        _BROWSER + "rejects.js",
        """.replace(formula, "$1'")""",
        "",
    ),
    Mutant(
        "formulas-behind-a-semicolon",
        "a spreadsheet takes the separator that the file has",
        _BROWSER + "rejects.js",
        "(^|[${other}\\\\t",
        "(^|[\\\\t",
    ),
    Mutant(
        "table-with-commas-in-brazil",
        "RFC 4180 has commas",
        _BROWSER + "rejects.js",
        'language === "en" ? ",;" : ";,"',
        '",;"',
    ),
    Mutant(
        "failed-where-its-rejects-are-gone",
        "an error is an error",
        _BROWSER + "card.js",
        'seen.error && !FINAL.includes(seen.state) ? "failed"',
        'seen.error ? "failed"',
    ),
    Mutant(
        "quotes-left-single",
        "the cell is quoted",
        _BROWSER + "rejects.js",
        """.replaceAll('"', '""')""",
        "",
    ),
    Mutant(
        "table-without-its-mark",
        "CSV is UTF-8 today",
        _BROWSER + "rejects.js",
        '"\\uFEFF" + row([t("position"',
        'row([t("position"',
    ),
    Mutant(
        "sent-again-as-another-call",
        "each request has an id of its own",
        _BROWSER + "files.js",
        "await upload(seen.file, seen.call)",
        "await upload(seen.file, unique())",
    ),
    Mutant(
        "sent-again-while-it-is-watched",
        "to try again is to send again",
        _BROWSER + "files.js",
        "    if (!seen.path) {\n",
        "    if (true) {\n",
    ),
    Mutant(
        "stalled-is-under-way",
        "a stalled upload has not ended",
        _BROWSER + "files.js",
        '["failed", "stalled"].includes(stateOf(seen))',
        'stateOf(seen) === "failed"',
    ),
    Mutant(
        "oldest-file-first",
        "files come in the order in which they were sent",
        _BROWSER + "files.js",
        '$("uploads").prepend(card);',
        '$("uploads").append(card);',
    ),
    Mutant(
        "every-step-is-told",
        "a screen reader's user wants to know how far it is",
        _BROWSER + "files.js",
        """  if (state === before || !FINAL.includes(state) && state !== "stalled") return;
""",
        """  if (state === before) return;
""",
    ),
    Mutant(
        "grey-on-grey",
        "secondary text is lighter",
        _BROWSER + "page.css",
        "--soft: #a4aeb9;",
        "--soft: #6b7480;",
    ),
    Mutant(
        "outline-removed",
        "the outline is ugly",
        _BROWSER + "page.css",
        ":focus-visible, #drop:focus-within { outline: 3px solid var(--accent); outline-offset: 2px }",
        ":focus-visible, #drop:focus-within { outline: none }",
    ),
    Mutant(
        "long-names-on-one-line",
        "words are not broken",
        _BROWSER + "page.css",
        "h3, p, td, pre, summary { overflow-wrap: anywhere }",
        "td, pre { overflow-wrap: anywhere }",
    ),
    Mutant(
        "beside-the-drop-zone",
        "files are dropped where it says so",
        _BROWSER + "page.js",
        "[document.ondragover, document.ondragleave, document.ondrop]",
        '[$("drop").ondragover, $("drop").ondragleave, $("drop").ondrop]',
    ),
    Mutant(
        "china-left-out",
        "S3 is at amazonaws.com",
        "functions/rest/page.py",
        " https://*.amazonaws.com.cn",
        "",
    ),
    Mutant(
        "counts-in-rows-of-any-length",
        "what does not fit goes into the next row",
        _BROWSER + "page.css",
        ".counts { grid: auto / 1fr 1fr }",
        ".counts { display: flex; flex-wrap: wrap }",
    ),
)
