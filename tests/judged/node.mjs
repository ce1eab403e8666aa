// In Node, without an SDK. Its fault: decodeURIComponent leaves the + that stands for a space in the event's key.

import { createHash, createHmac } from "node:crypto";

const endpoint = new URL(process.env.AWS_ENDPOINT_URL);
const sha256 = (data) => createHash("sha256").update(data).digest("hex");
const hmac = (key, data) => createHmac("sha256", key).update(data).digest();

// https://docs.aws.amazon.com/IAM/latest/UserGuide/create-signed-request.html
async function call(service, method, path, body = "", headers = {}) {
  const { AWS_REGION: region, AWS_ACCESS_KEY_ID: id, AWS_SECRET_ACCESS_KEY: secret } = process.env;
  const time = new Date().toISOString().replace(/[-:]|\.\d+/g, "");
  const day = time.slice(0, 8);
  const signed = { host: endpoint.host, "x-amz-content-sha256": sha256(body), "x-amz-date": time, ...headers };
  const names = Object.keys(signed).sort();
  const lines = names.map((name) => `${name}:${signed[name]}\n`).join("");
  const request = [method, path, "", lines, names.join(";"), sha256(body)].join("\n");
  const scope = `${day}/${region}/${service}/aws4_request`;
  const key = [day, region, service, "aws4_request"].reduce(hmac, `AWS4${secret}`);
  const signature = createHmac("sha256", key).update(`AWS4-HMAC-SHA256\n${time}\n${scope}\n${sha256(request)}`).digest("hex");
  const authorization = `AWS4-HMAC-SHA256 Credential=${id}/${scope}, SignedHeaders=${names.join(";")}, Signature=${signature}`;
  const answer = await fetch(new URL(path, endpoint), { method, body: body || undefined, headers: { ...signed, authorization } });
  const text = await answer.text();
  if (!answer.ok && !text.includes("ConditionalCheckFailed")) throw new Error(text);
  return { ok: answer.ok, text };
}

const attribute = (value) =>
  typeof value === "number" ? { N: String(value) } : value === null ? { NULL: true } : { S: String(value) };

const isValid = (nota) =>
  typeof nota.id === "string" &&
  nota.id.trim() &&
  typeof nota.valor === "number" &&
  nota.valor >= 0 &&
  new Date(`${nota.data_emissao}T00:00:00Z`).toJSON()?.startsWith(nota.data_emissao);

async function grava(nota) {
  const Item = Object.fromEntries(Object.entries(nota).map(([name, value]) => [name, attribute(value)]));
  const put = JSON.stringify({ TableName: process.env.TABELA, Item, ConditionExpression: "attribute_not_exists(id)" });
  const target = { "content-type": "application/x-amz-json-1.0", "x-amz-target": "DynamoDB_20120810.PutItem" };
  await call("dynamodb", "POST", "/", put, target);
}

export const handler = async (event) => {
  for (const { s3 } of event.Records) {
    const key = decodeURIComponent(s3.object.key);
    const path = `/${s3.bucket.name}/${key.split("/").map(encodeURIComponent).join("/")}`;
    const notas = JSON.parse((await call("s3", "GET", path)).text);
    const validas = (Array.isArray(notas) ? notas : [notas]).filter(isValid);
    for (let first = 0; first < validas.length; first += 25) {
      await Promise.all(validas.slice(first, first + 25).map(grava));
    }
  }
};
