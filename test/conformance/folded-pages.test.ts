// Folded pages: a page shows messages as they are now, by socket, by join, by HTTP and as text.
import * as v from "valibot";
import { expect, test } from "vitest";
import { connect } from "./support/client.ts";
import { FoldedPage } from "./support/frames.ts";
import { ask, expectProblem } from "./support/http-client.ts";
import { joinAll, joinFrame, joinText } from "./support/members.ts";
import { person, uniqueId, uniqueName } from "./support/people.ts";

/** Alice has said "one" and "two", and bob has reacted to both, twice. */
async function started() {
  const room = uniqueName("lobby");
  const [alice, bob] = await joinAll(room, "alice", "bob");
  const { seq: one } = await alice.sendMessage("one");
  const { seq: two } = await alice.sendMessage("two");
  let asOf = 0;
  for (const seq of [one, two])
    for (const emoji of ["👍", "🎉"]) {
      const id = uniqueId();
      bob.send({ type: "react", of: seq, emoji, on: true, id });
      ({ seq: asOf } = await bob.roomAck(id));
    }
  return { room, alice, bob, one, two, asOf };
}

test("a folded page counts messages, and says which numbers it covers", async () => {
  const { bob, one, two, asOf } = await started();
  bob.send({ type: "history", limit: 1, fold: true });
  const newest = await bob.next("history");
  expect(newest).toMatchObject({
    ...{ fold: true, asOf, from: one + 1, to: asOf, more: true },
    messages: [{ seq: two, reactions: [{ emoji: "👍" }, { emoji: "🎉" }] }],
  });
  bob.send({ type: "history", before: one + 1, fold: true });
  expect(await bob.next("history")).toMatchObject({
    ...{ from: one, to: one, more: false, messages: [{ seq: one }] },
  });
});

test("a page that is not folded has every event, and asOf", async () => {
  const { bob, asOf } = await started();
  bob.send({ type: "history" });
  const page = await bob.next("history");
  expect(page).not.toHaveProperty("fold");
  expect(page.asOf).toBe(asOf);
  expect(page.messages).toHaveLength(6);
});

test("a page of another epoch is gone", async () => {
  const { bob } = await started();
  await bob.refused({ type: "history", epoch: "another" }, "gone");
});

test("carol joins and gets a folded page if she asks for one", async () => {
  const { room, asOf } = await started();
  const carol = await connect(room);
  carol.send({ ...joinFrame(person("carol")), fold: true });
  const page = await carol.next("history");
  expect(page).toMatchObject({ fold: true, asOf });
  expect(page.messages).toHaveLength(2);
});

test("a program reads folded pages by HTTP", async () => {
  const { room, bob, one, asOf } = await started();
  const path = `/rooms/${encodeURIComponent(room)}/messages`;
  const { status, body } = await ask(`${path}?fold=true`);
  expect(status).toBe(200);
  const page = v.parse(FoldedPage, body);
  expect(page).toMatchObject({ asOf, from: one, to: asOf, more: false });
  expect(page.messages[0]).toHaveProperty("reactions", [
    { emoji: "👍", count: 1, users: [bob.name] },
    { emoji: "🎉", count: 1, users: [bob.name] },
  ]);
  const thread = await ask(`${path}?fold=true&thread=${one}`);
  expect(v.parse(FoldedPage, thread.body).messages).toHaveLength(1);
  expectProblem(await ask(`${path}?fold=maybe`), 400);
});

test("a person who reads text sees numbers and reactions", async () => {
  const { room, alice, one, two } = await started();
  const carol = await joinText(room, person("carol"));
  await carol.line(`#${one} ${alice.name}: one`);
  await carol.line(`* #${one}: 👍 1, 🎉 1`);
  await carol.line(`#${two} ${alice.name}: two`);
  carol.send("/history 1");
  await carol.line(`#${two} ${alice.name}: two`);
  await carol.line(`* #${two}: 👍 1, 🎉 1`);
});
