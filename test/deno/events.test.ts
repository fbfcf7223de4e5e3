// Events on Deno: a process that starts brings the app the events that it lacks, and no others.
import { rmSync } from "node:fs";
import { afterEach, expect, test } from "vitest";
import { join } from "../conformance/support/members.ts";
import { person, uniqueName } from "../conformance/support/people.ts";
import { type DenoServer, freshFolder, startDeno } from "../hosts/deno.ts";
import { ADMIN_SECRET } from "../hosts/site.ts";

const data = freshFolder();
const command = `--no-lock -A test/deno/support/hooked-main.ts ${data} ${ADMIN_SECRET}`;
/** An alarm would bring the events only after a minute. */
const SOON = { timeout: 10_000 };
let server: DenoServer | undefined;

async function start(): Promise<void> {
  server = await startDeno({ data, command });
  process.env.EDGE_CHAT_URL = server.url;
}

afterEach(async () => {
  await server?.stop();
  rmSync(data, { recursive: true, force: true });
});

function heardIn(room: string): string[] {
  return (server?.printed ?? []).flatMap((line) => {
    if (!line.includes('"heard"')) return [];
    const { heard } = JSON.parse(line);
    return heard.room === room ? [String(heard.ids)] : [];
  });
}

test("rooms with events that the app lacks are woken at the start, and others are not", async () => {
  await start();
  const [lagging, done] = [uniqueName("lobby"), uniqueName("kitchen")];
  const alice = await join(done, person("alice"));
  for (const text of ["one", "two"]) await alice.sendMessage(text);
  await expect.poll(() => heardIn(done).join(), SOON).toBe("1,2");
  const bob = await join(lagging, person("bob"));
  await bob.sendMessage("hello");
  await expect.poll(() => heardIn(lagging), SOON).toEqual(["1"]);
  // The app has failed once for this event when the process stops.
  await bob.sendMessage("events throw");
  await server?.stop();
  expect(heardIn(lagging)).toEqual(["1"]);
  await start();
  await expect.poll(() => heardIn(lagging), SOON).toEqual(["2"]);
  expect(heardIn(done)).toEqual([]);
});
