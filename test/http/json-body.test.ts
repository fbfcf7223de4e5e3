// JSON bodies: a body that is no JSON object in UTF-8 is refused, whatever the schema says.
import * as v from "valibot";
import { expect, test } from "vitest";
import { readJsonBody } from "../../src/http/json-body.ts";

const schema = v.object({ reason: v.optional(v.string()) });

function read(body: string | Uint8Array<ArrayBuffer>) {
  const headers = { "Content-Type": "application/json" };
  const init = { method: "POST", headers, body };
  return readJsonBody(new Request("http://localhost/", init), schema, 100);
}

test("an object is read", async () => {
  const body = await read('{"reason":"größer"}');
  expect(body).toEqual({ ok: true, value: { reason: "größer" } });
});

test.for([
  ["a byte that is no UTF-8", Uint8Array.of(0x7b, 0xff, 0x7d)],
  [
    "a text in Latin-1",
    Uint8Array.from('{"reason":"größer"}', (letter) => letter.charCodeAt(0)),
  ],
  ["a list", "[]"],
  ["a text", '"hello"'],
  ["null", "null"],
  ["half an object", '{"reason":'],
] as const)("%s is refused with 400", async ([, given]) => {
  const body = await read(given);
  if (body.ok) throw new Error("It was read.");
  expect(body.response.status).toBe(400);
  expect(await body.response.json()).toMatchObject({ code: "bad_request" });
});

test("a long body is refused with 413", async () => {
  const body = await read(JSON.stringify({ reason: "x".repeat(100) }));
  expect(body).toMatchObject({ ok: false, response: { status: 413 } });
});
