// Retention on Deno: what is older than ROOM_DAYS is in no file a minute later, also of rooms that nobody opens.
import { readdirSync, readFileSync } from "node:fs";
import { join as joinPath } from "node:path";
import { expect, test } from "vitest";
import { ask } from "../conformance/support/http-client.ts";
import { dataFolder, eventually, serve } from "./support/servers.ts";

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const env = { ADMIN_SECRET: "correct-horse-battery" };

/** Does a file of a folder hold a text? */
function isStored(folder: string, text: string): boolean {
  return readdirSync(folder).some((file) =>
    readFileSync(joinPath(folder, file)).includes(text),
  );
}

/** Imports messages that say their age, in ms. */
async function importMessages(room: string, ages: readonly number[]) {
  const now = Date.now();
  const said = { type: "message", user: "someone", username: "someone", room };
  const lines = [
    {
      type: "export",
      version: 1,
      room,
      epoch: "e",
      first: 1,
      seq: ages.length,
    },
    ...ages.map((age, i) => ({
      ...{ ...said, seq: i + 1, at: now - age },
      text: `${room}-${i + 1}-end ${"x".repeat((i % 40) * 30)}`,
    })),
  ];
  const { EDGE_CHAT_URL: url } = process.env;
  const response = await fetch(`${url}/admin/rooms/${room}/import`, {
    method: "POST",
    headers: { Authorization: `Bearer ${env.ADMIN_SECRET}` },
    body: lines.map((line) => `${JSON.stringify(line)}\n`).join(""),
  });
  expect(response.status).toBe(200);
}

test("what is too old is in no file, in rooms that nobody opens, while others are", {
  timeout: 3 * MINUTE,
}, async () => {
  const data = dataFolder();
  const first = await serve({ data, env });
  const half = Array.from({ length: 400 }, (_, i) => (i < 200 ? 9 * DAY : DAY));
  await importMessages("mixed", half);
  await importMessages("past", half.slice(0, 100));
  expect(isStored(data, "mixed-200-end")).toBe(true);
  await first.stop("SIGTERM");
  await serve({ data, env, settings: { ROOM_DAYS: 2 } });
  const ends = Date.now() + 8000;
  await importMessages("soon", [2 * DAY - (ends - Date.now())]);
  expect(isStored(data, "soon-1-end")).toBe(true);
  const gone = ["mixed-1-end", "mixed-200-end", "past-1-end", "past-100-end"];
  await eventually(
    () => [...gone, "soon-1-end"].every((text) => !isStored(data, text)),
    2 * MINUTE,
  );
  expect(Date.now()).toBeGreaterThanOrEqual(ends);
  for (const seq of [201, 400])
    expect(isStored(data, `mixed-${seq}-end`)).toBe(true);
  const page = async (room: string) =>
    (await ask(`/rooms/${room}/messages?after=0&limit=1`)).body;
  expect(await page("mixed")).toMatchObject({ messages: [{ seq: 201 }] });
  expect(await page("past")).toMatchObject({ messages: [], more: false });
});
