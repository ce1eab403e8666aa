// Runs a Node handler as Lambda does: events come in by standard input, one a line, and answers go out. Its SDK finds the
// judge's endpoint by AWS_ENDPOINT_URL.

import { appendFileSync, readdirSync, writeSync } from "node:fs";
import path from "node:path";
import readline from "node:readline";
import { pathToFileURL } from "node:url";
import { format } from "node:util";

const settings = JSON.parse(process.argv[2]);
const log = (words) => appendFileSync(settings.log, words);
const say = (answer) => writeSync(1, JSON.stringify(answer) + "\n");
for (const name of ["log", "info", "warn", "error", "debug"]) {
  console[name] = (...words) => log(format(...words) + "\n");
}
process.stdout.write = process.stderr.write = (words) => (log(words), true);
const told = (error) => {
  console.error(error);
  return { error: `${error?.name}: ${error?.message}` };
};

const dot = settings.handler.lastIndexOf(".");
const [module, name] = [settings.handler.slice(0, dot), settings.handler.slice(dot + 1)];
const folder = path.join(settings.path[0], path.dirname(module));
const file = readdirSync(folder).find((one) => [".mjs", ".js", ".cjs"].some((end) => one === path.basename(module) + end));

let handler;
try {
  const loaded = await import(pathToFileURL(path.join(folder, file ?? module)));
  handler = loaded[name] ?? loaded.default?.[name];
  if (typeof handler !== "function") throw new Error(`there is no function ${name} in ${module}`);
} catch (error) {
  say(told(error));
  process.exit(1);
}
say({});

for await (const line of readline.createInterface({ input: process.stdin })) {
  const started = Date.now();
  const context = {
    functionName: settings.function,
    invokedFunctionArn: `arn:aws:lambda:${settings.region}:${settings.account}:function:${settings.function}`,
    awsRequestId: "00000000-0000-0000-0000-000000000000",
    getRemainingTimeInMillis: () => Math.max(0, settings.timeout * 1000 - (Date.now() - started)),
  };
  try {
    const event = JSON.parse(line);
    // A handler with a third parameter answers by it, unless it returns a promise.
    const result = await new Promise((resolve, reject) => {
      const returned = handler(event, context, (error, value) => (error ? reject(error) : resolve(value)));
      if (returned?.then || handler.length < 3) Promise.resolve(returned).then(resolve, reject);
    });
    say({ result: result ?? null });
  } catch (error) {
    say(told(error));
  }
}
