// Large room: presence and typing change above 50 and above 200 members.
import { expect, test } from "vitest";
import { isRoomAck } from "./support/frames.ts";
import { join, joinAll, joinMany, leaveRoom } from "./support/members.ts";
import { person, uniqueName } from "./support/people.ts";

// In rooms above 50 members typing is dropped.
test("in a room of 51 nobody is told who is typing", async () => {
  const room = uniqueName("lobby");
  const [alice] = await joinAll(room, "alice");
  const [bob] = await joinMany(room, 50);
  if (!bob) throw new Error("unreachable");
  bob.send({ type: "typing" });
  await bob.sendMessage("hello");
  const frames = await alice.until("message", { text: "hello" });
  const types = new Set(frames.map(({ type }) => type));
  expect(types).toEqual(new Set(["joined", "message"]));
}, 30_000);

// `members` lists at most 200 names and `count` is always exact. Above 200,
// `count` replaces `joined` and `left`.
test("in a room of more than 200 alice is told how many members there are, not who", async () => {
  const room = uniqueName("lobby");
  const [alice] = await joinAll(room, "alice");
  await joinMany(room, 204);
  const carol = await join(room, person("carol"));
  expect(carol.welcome.count).toBe(206);
  expect(carol.welcome.members).toHaveLength(200);
  await alice.next("count", { count: 206 }, 10_000);

  const readNames = async (after?: string) => {
    alice.send({ type: "who", ...(after !== undefined && { after }) });
    return alice.next("members");
  };
  const first = await readNames();
  expect(first).toMatchObject({ count: 206, more: true });
  expect(first.members).toEqual(carol.welcome.members);
  const rest = await readNames(first.members.at(-1));
  expect(rest).toMatchObject({ count: 206, more: false });
  const names = [...first.members, ...rest.members];
  expect(names).toEqual([...new Set(names)].sort());
  expect(names).toHaveLength(206);
  expect(names).toContain(alice.name);
  expect(names).toContain(carol.name);

  await leaveRoom(carol);
  await alice.next("count", { count: 205 }, 10_000);
  const told = alice.inbox.seen.map((frame) =>
    "username" in frame && frame.type !== "welcome" ? frame.username : "",
  );
  expect(told).not.toContain(carol.name);

  // Messages still reach all members.
  const [bob] = await joinMany(room, 1);
  alice.send({ type: "message", text: "hello, all of you" });
  await bob?.next("message", { text: "hello, all of you" });
  expect(isRoomAck(await alice.next("ack"))).toBe(true);
}, 60_000);
