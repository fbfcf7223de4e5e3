// Search: a room finds messages by their words, as they are now, by socket, by HTTP and as text, for users who may read it.
import * as v from "valibot";
import { describe, expect, test } from "vitest";
import { connect } from "./support/client.ts";
import { Results } from "./support/frames.ts";
import { ask, expectProblem, requestAs } from "./support/http-client.ts";
import { joinAll, joinText, type Member } from "./support/members.ts";
import { openModeratedRoom } from "./support/moderators.ts";
import { person, uniqueId, uniqueName } from "./support/people.ts";
import { hasKey, KEY } from "./support/server-key.ts";

async function begin() {
  const room = uniqueName("lobby");
  const [alice, bob, carol] = await joinAll(room, "alice", "bob", "carol");
  return { room, alice, bob, carol };
}

async function search(member: Member, text: string, fields: object = {}) {
  member.send({ type: "search", text, ...fields });
  return member.next("results");
}

function pathOf(room: string, text: string, rest = "") {
  const query = `text=${encodeURIComponent(text)}${rest}`;
  return `/rooms/${encodeURIComponent(room)}/search?${query}`;
}

describe("a member", () => {
  test("finds messages by all words, in any case, width and order", async () => {
    const { alice, bob, carol } = await begin();
    const { seq: one } = await alice.sendMessage("The ＲＥＤ fox");
    await alice.sendMessage("a fox");
    const { seq: two } = await bob.sendMessage("foxes are red");
    const page = await search(bob, "red FOX");
    expect(page).toMatchObject({
      ...{ text: "red FOX", more: false, from: 1, to: two, asOf: two },
      messages: [{ seq: one, username: alice.name }, { seq: two }],
    });
    const newest = await search(carol, "fox", { limit: 1, epoch: page.epoch });
    expect(newest).toMatchObject({ more: true, messages: [{ seq: two }] });
    const older = await search(alice, "red", { before: newest.from });
    expect(older).toMatchObject({ more: false, messages: [{ seq: one }] });
  });

  test("finds messages as they are now, with reactions and answers", async () => {
    const { alice, bob } = await begin();
    const { seq: edited } = await alice.sendMessage("fox one");
    const { seq: deleted } = await alice.sendMessage("fox two");
    const { seq: kept } = await alice.sendMessage("fox three");
    const id = uniqueId();
    const said = uniqueId();
    const refs = { replyTo: kept, thread: kept };
    bob.send({ type: "message", text: "fox four", ...refs, id: said });
    const { seq: answer } = await bob.roomAck(said);
    bob.send({ type: "react", of: kept, emoji: "👍", on: true, id });
    await bob.roomAck(id);
    for (const act of [
      { type: "edit", of: edited, text: "hen one" },
      { type: "delete", of: deleted },
    ]) {
      const change = uniqueId();
      alice.send({ ...act, id: change });
      await alice.roomAck(change);
    }
    const page = await search(bob, "fox");
    expect(page.messages).toMatchObject([
      {
        ...{ seq: kept, replies: { count: 1, last: answer } },
        reactions: [{ emoji: "👍", count: 1, mine: true }],
      },
      { seq: answer, thread: kept, quoted: { seq: kept, text: "fox three" } },
    ]);
    const { messages } = await search(alice, "one");
    expect(messages).toMatchObject([{ seq: edited, text: "hen one" }]);
  });

  test("is refused for a text that is too short or too long, and another epoch", async () => {
    const { alice } = await begin();
    for (const text of ["", " ", "x", "?", "x".repeat(101)])
      await alice.refused({ type: "search", text }, "bad_request");
    await alice.refused({ type: "search" }, "bad_request");
    await alice.refused(
      { type: "search", text: "fox", limit: 51 },
      "bad_request",
    );
    await alice.refused(
      { type: "search", text: "fox", epoch: "another" },
      "gone",
    );
    expect((await search(alice, "狐")).messages).toEqual([]);
  });

  test("waits two seconds before the next search, by HTTP too", async () => {
    const { room, alice, bob } = await begin();
    await alice.sendMessage("fox");
    await search(alice, "fox");
    alice.send({ type: "search", text: "fox" });
    const { retryAfter = 0 } = await alice.next("error", {
      code: "rate_limited",
    });
    expect(retryAfter).toBeGreaterThan(0);
    expect(retryAfter).toBeLessThanOrEqual(2000);
    expect((await search(bob, "fox")).messages).toHaveLength(1);
    expect((await ask(pathOf(room, "fox"))).status).toBe(200);
    const again = await ask(pathOf(room, "fox"));
    expectProblem(again, 429);
    expect(again.headers.get("retry-after")).toMatch(/^[12]$/);
  });

  test("reads what was found as lines", async () => {
    const { room, alice } = await begin();
    const { seq } = await alice.sendMessage("The red fox");
    await alice.sendMessage("a hen");
    const dave = await joinText(room, person("dave"));
    await dave.lineLike(/a hen$/);
    dave.send("/search fox");
    await dave.line(`#${seq} ${alice.name}: The red fox`);
    await dave.line("* nothing more found");
  });
});

test("a connection that has not joined searches nothing", async () => {
  const { room } = await begin();
  const stranger = await connect(room);
  stranger.send({ type: "search", text: "fox" });
  expect(await stranger.next("error")).toMatchObject({ code: "not_joined" });
});

describe("over HTTP", () => {
  test("anybody searches an open room", async () => {
    const { room, alice, bob } = await begin();
    const { seq: one } = await alice.sendMessage("Straße");
    const { seq: two } = await alice.sendMessage("the strasse");
    bob.send({ type: "react", of: one, emoji: "👍", on: true });
    await bob.next("ack");
    const { status, body } = await ask(pathOf(room, "STRASSE", "&limit=1"));
    expect(status).toBe(200);
    expect(v.parse(Results, body)).toMatchObject({
      ...{ more: true, messages: [{ seq: two }], from: two },
    });
    for (const wrong of ["&limit=51", "&limit=x", "&before=-1"])
      expectProblem(await ask(pathOf(room, "fox", wrong)), 400);
    expectProblem(await ask(pathOf(room, "x")), 400);
    expectProblem(await ask(`/rooms/${room}/search`), 400);
    expectProblem(await ask(pathOf(room, "fox"), "POST"), 405);
  });

  test("a room that nobody has joined has nothing, and is not created", async () => {
    const room = uniqueName("empty");
    expect((await ask(pathOf(room, "fox"))).body).toMatchObject({
      ...{ messages: [], more: false, epoch: null, asOf: 0 },
    });
    expect((await ask(`/rooms/${room}`)).body).toMatchObject({ epoch: null });
  });

  test.skipIf(!hasKey)("a server key searches by its scope", async () => {
    const { room, alice } = await begin();
    await alice.sendMessage("fox");
    for (let i = 0; i < 3; i++) {
      const answer = await requestAs(KEY, "GET", pathOf(room, "fox"));
      expect(v.parse(Results, answer.body).messages).toHaveLength(1);
    }
    expectProblem(
      await requestAs("ek_no_key", "GET", pathOf(room, "fox")),
      401,
    );
  });

  test("a room of members is searched by nobody else, whatever they ask", async () => {
    const { room, owner, bob } = await openModeratedRoom();
    await bob.sendMessage("the secret fox");
    owner.send({ type: "moderate", action: "access", access: "members" });
    await owner.next("moderated", { action: "access" });
    await bob.closed();
    const words = new Set<string>();
    for (const path of [
      pathOf(room, "fox"),
      pathOf(room, "x"),
      `/rooms/${room}/messages`,
    ]) {
      const answer = await ask(path);
      expectProblem(answer, 403);
      words.add(answer.text);
    }
    expect(words.size).toBe(1);
    const { token, name } = bob.person;
    const path = pathOf(room, "fox", `&member=${name}`);
    expectProblem(await requestAs(token, "GET", path), 403);
    const own = pathOf(room, "fox", `&member=${owner.name}`);
    const found = await requestAs(owner.person.token, "GET", own);
    expect(v.parse(Results, found.body).messages).toHaveLength(1);
  });
});
