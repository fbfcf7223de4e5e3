// Join buffer: frames that arrive during a join are buffered and handled in order after the welcome.
import { expect, test } from "vitest";
import { Client, connect } from "./support/client.ts";
import { joinAll, joinFrame } from "./support/members.ts";
import { person, uniqueName } from "./support/people.ts";

const words = Array.from({ length: 10 }, (_, n) => `word ${n}`);

test("messages that alice sends right behind her join arrive in order", async () => {
  const room = uniqueName("lobby");
  const [bob] = await joinAll(room, "bob");
  const who = person("alice");
  const alice = await connect(room);
  alice.send(joinFrame(who));
  for (const text of words) alice.send({ type: "message", text, id: text });
  alice.send({ type: "who" });
  await alice.next("members", { count: 2 });
  const last = await alice.roomAck("word 9");
  expect(last.seq).toBe(10);
  const types = alice.inbox.seen.map(({ type }) => type);
  expect(types.slice(0, 2)).toEqual(["welcome", "history"]);
  const heard = await bob.until("message", { text: "word 9" });
  expect(heard).toMatchObject([
    { type: "joined", username: who.name },
    ...words.map((text, n) => ({ type: "message", text, seq: n + 1 })),
  ]);
});

test("messages that alice sends right behind a join by the URL arrive in order", async () => {
  const room = uniqueName("lobby");
  const [bob] = await joinAll(room, "bob");
  const query = { username: uniqueName("alice") };
  const alice = await new Client(room, { query }).opened();
  for (const text of words) alice.send({ type: "message", text, id: text });
  await alice.roomAck("word 9");
  const heard = await bob.until("message", { text: "word 9" });
  expect(heard).toMatchObject([
    { type: "joined", username: query.username },
    ...words.map((text) => ({ type: "message", text })),
  ]);
});

test("alice may join, send and leave without waiting for answers", async () => {
  const room = uniqueName("lobby");
  const [bob] = await joinAll(room, "bob");
  const who = person("alice");
  const alice = await connect(room);
  alice.send(joinFrame(who));
  alice.send({ type: "message", text: "hello and goodbye" });
  alice.send({ type: "leave" });
  await alice.next("left");
  const heard = await bob.until("left");
  expect(heard).toMatchObject([
    { type: "joined", username: who.name },
    { type: "message", text: "hello and goodbye" },
    { type: "left", username: who.name },
  ]);
});

test("frames that wait for a join are refused when the join is refused", async () => {
  const room = uniqueName("lobby");
  const [bob] = await joinAll(room, "bob");
  const alice = await connect(room);
  alice.send({ ...joinFrame(person("alice")), username: bob.name });
  alice.send({ type: "message", text: "hello", id: "my-id" });
  await alice.next("error", { code: "username_taken" });
  await alice.next("error", { code: "not_joined", id: "my-id" });
  expect(await bob.unread()).toEqual([]);
});

// The limit is 16 frames or 64 KiB. The server may refuse more, but answers
// each frame, and no other user is affected.
test("forty frames behind a join are each answered, or cost the connection", async () => {
  const room = uniqueName("lobby");
  const [bob] = await joinAll(room, "bob");
  const alice = await connect(room);
  alice.send(joinFrame(person("alice")));
  const ids = Array.from({ length: 40 }, (_, n) => `frame-${n}`);
  for (const id of ids) alice.send({ type: "message", text: id, id });
  const isAnswerTo = (id: string) =>
    alice.inbox.next((frame) => "id" in frame && frame.id === id, id);
  const answers = Promise.all(ids.map(isAnswerTo));
  const end = alice.closed();
  end.catch(() => {});
  await Promise.race([answers, end]);
  const acked = alice.inbox.seen.flatMap((frame) =>
    frame.type === "ack" && frame.id !== undefined ? [frame.id] : [],
  );
  if (alice.isOpen) expect(acked.length).toBeGreaterThanOrEqual(16);
  expect(acked).toEqual(ids.filter((id) => acked.includes(id)));
  await bob.sendMessage("are you there?");
  const heard = bob.inbox.seen.flatMap((frame) =>
    frame.type === "message" ? [frame.text] : [],
  );
  for (const id of acked) expect(heard).toContain(id);
});
