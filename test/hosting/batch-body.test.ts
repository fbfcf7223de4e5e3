// Batch body tests: a line of the log stands in a webhook as it is, with the id, the type and the time that the app's hook gets.
import { expect, test } from "vitest";
import type { DeliverEvents } from "../../src/core/shared/event-batches.ts";
import { readEventBatch } from "../../src/hosting/event-batch.ts";
import { batchBody } from "../../src/hosting/webhooks/batch-body.ts";

const AT = 1_795_867_200_000;
const head = {
  ...{ type: "message", seq: 7, room: "lobby", user: "u".repeat(16) },
  username: "alice",
};

/** A batch of these lines. */
const batchOf = (...lines: object[]): DeliverEvents => ({
  ...{ type: "events", room: "lobby", epoch: "E", from: 7, to: 7, at: AT },
  lines: lines.map((line) => JSON.stringify(line)),
});

test.each([
  ["a message", { ...head, text: "hello", at: AT }],
  ["an id", { ...head, text: "hello", at: AT, id: "c-1" }],
  ["an id with quotes", { ...head, text: "x", at: AT, id: '","at":5}"\\' }],
  ["a text with a time", { ...head, text: '","at":5}', at: AT, id: "a" }],
  [
    "data with a time",
    { ...head, text: "x", data: { at: 5, id: "b" }, at: AT },
  ],
  ["data after the time", { ...head, text: "x", at: AT, data: { at: 5 } }],
  ["a command", { ...head, text: "x", by: { user: "u", id: "c" }, at: AT }],
  ["a newer kind", { ...head, type: "waved", at: AT }],
  [
    "a private message",
    { type: "private", mail: 3, id: "p", text: "x", at: AT },
  ],
])(
  "%s has the same id, type, time and data as for the app's hook",
  (_, line) => {
    const op = batchOf(line);
    const { room, epoch, from, to, events } = readEventBatch(op);
    const body = JSON.parse(batchBody(op, ["*", "private.created"]) ?? "");
    expect(body).toEqual({
      ...{ type: "batch", timestamp: new Date(AT).toISOString() },
      data: { room, epoch, from, to, events },
    });
  },
);

test("a batch of which an app wants nothing has no body", () => {
  const op = batchOf({ ...head, text: "hello", at: AT });
  expect(batchBody(op, ["member.*"])).toBeNull();
  expect(batchBody({ ...op, lines: ["", ""] }, ["*"])).toBeNull();
});
