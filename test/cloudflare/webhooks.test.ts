// Webhooks in the real runtime: a room sleeps once its webhook has everything, and knows afterwards what it has told.
import { afterAll, expect, test } from "vitest";
import { join } from "../conformance/support/members.ts";
import { person, uniqueName } from "../conformance/support/people.ts";
import { Receiver, WEBHOOK_SECRETS } from "../webhooks/support/receiver.ts";
import { serve } from "./support/server.ts";

const SOON = { timeout: 10_000 };
const receiver = await Receiver.open();
const server = serve({
  WEBHOOK_URL: `${receiver.url}/hook`,
  WEBHOOK_SECRET: WEBHOOK_SECRETS.join(),
  PRESENCE_GRACE_MS: 300,
});
afterAll(() => receiver.close());

/** The types of the events that came. */
function heardOf(room: string): string[] {
  return receiver
    .of(room)
    .flatMap(({ body }) => body.data.events.map(({ type }) => type));
}

test("a room that slept tells its webhook what is new, and neither events nor members again", async () => {
  const room = uniqueName("lobby");
  const alice = await join(room, person("alice"));
  const bob = await join(room, person("bob"));
  await alice.sendMessage("one");
  const first = [
    ...["room.created", "room.occupied", "member.joined", "member.joined"],
    "message.created",
  ];
  const sorted = () => heardOf(room).toSorted();
  await expect.poll(sorted, SOON).toEqual(first.toSorted());
  await server.sleep(room);
  await bob.sendMessage("after a sleep");
  await expect
    .poll(() => heardOf(room).slice(5), SOON)
    .toEqual(["message.created"]);
  await server.sleep(room);
  bob.close();
  await expect
    .poll(() => heardOf(room).slice(6), SOON)
    .toEqual(["member.left"]);
  // One mark while somebody is here.
  const marks = "SELECT room FROM presence_mark";
  expect(await server.room(room, marks)).toHaveLength(1);
  alice.close();
  await expect
    .poll(() => heardOf(room).slice(7), SOON)
    .toEqual(["member.left", "room.vacated"]);
  await expect.poll(() => server.room(room, marks), SOON).toEqual([]);
  expect(receiver.refused).toEqual([]);
});
