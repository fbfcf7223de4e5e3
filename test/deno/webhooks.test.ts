// Webhooks on Deno: a process that starts after a kill tells at once who is not there any more, and what was said.
import { rmSync } from "node:fs";
import { afterEach, expect, test } from "vitest";
import { join } from "../conformance/support/members.ts";
import { person, uniqueName } from "../conformance/support/people.ts";
import { type DenoServer, freshFolder, startDeno } from "../hosts/deno.ts";
import { Receiver, WEBHOOK_SECRETS } from "../webhooks/support/receiver.ts";

const data = freshFolder();
const receiver = await Receiver.open();
/** The time to come back is four seconds. */
const SOON = { timeout: 15_000 };
let server: DenoServer | undefined;

async function start(): Promise<void> {
  server = await startDeno({
    data,
    settings: {
      WEBHOOK_URL: `${receiver.url}/hook`,
      WEBHOOK_SECRET: WEBHOOK_SECRETS.join(),
      WEBHOOK_EVENTS: "*,private.created",
    },
  });
  process.env.EDGE_CHAT_URL = server.url;
}

afterEach(async () => {
  await server?.stop();
  receiver.close();
  rmSync(data, { recursive: true, force: true });
});

test("after a kill a webhook gets the messages that it lacks, and hears that the room is empty", async () => {
  await start();
  const room = uniqueName("lobby");
  const alice = await join(room, person("alice"));
  const bob = await join(room, person("bob"));
  const events = () =>
    receiver.of(room).flatMap(({ body }) => body.data.events);
  await expect.poll(() => events().length, SOON).toBe(4);
  // From here on the receiver is away.
  receiver.respond = (_, response) => response.destroy();
  await alice.sendMessage("said before the kill");
  alice.send({ type: "private", to: bob.welcome.username, text: "psst" });
  await bob.next("private");
  await server?.stop("SIGKILL");
  receiver.received.length = 0;
  receiver.respond = (_, response) => response.writeHead(204).end();
  await start();
  await expect
    .poll(() => events().map(({ type }) => type), SOON)
    .toEqual(["message.created", "presence.snapshot"]);
  expect(events()[1]?.data).toMatchObject({ count: 0, members: [] });
  const privates = receiver.received.flatMap(({ body }) =>
    body.data.events.filter(({ type }) => type === "private.created"),
  );
  expect(privates.map(({ data }) => data.text)).toEqual(["psst"]);
  expect(receiver.refused).toEqual([]);
});
