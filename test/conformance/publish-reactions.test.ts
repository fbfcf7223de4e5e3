// Reactions over HTTP: bots and people react to messages without a connection, each once.
import { describe, expect, test } from "vitest";
import { expectProblem, post, send } from "./support/http-client.ts";
import { join, joinAll, leaveRoom } from "./support/members.ts";
import { person, uniqueId, uniqueName } from "./support/people.ts";
import { hasKey, KEY } from "./support/server-key.ts";

const as = { id: "ci", username: "Builds" };

describe("a reaction", () => {
  const reactionOf = (room: string, seq: number, emoji = "👍") =>
    `/rooms/${room}/messages/${seq}/reactions/${encodeURIComponent(emoji)}`;

  test.skipIf(!hasKey)(
    "a bot reacts once, whatever it repeats, and takes it back",
    async () => {
      const room = uniqueName("lobby");
      const alice = await join(room, person("alice"), { history: 0 });
      const { seq } = await alice.sendMessage("hello");
      const path = reactionOf(room, seq);
      const id = uniqueId();
      const first = await send("PUT", path, KEY, { as, id });
      expect([first.status, first.body]).toEqual([
        201,
        { id, seq: seq + 1, at: expect.any(Number) },
      ]);
      const { added } = await alice.next("reacted", { of: seq, emoji: "👍" });
      expect(added).toMatchObject([{ id }]);
      const again = await send("PUT", path, KEY, { as });
      expect([again.status, again.body]).toEqual([
        200,
        { seq: seq + 1, at: expect.any(Number), duplicate: true },
      ]);
      // The plain form of an emoji is the coloured one.
      const heart = reactionOf(room, seq, "\u2764");
      expect((await send("PUT", heart, KEY, { as })).status).toBe(201);
      await alice.next("reacted", { emoji: "\u2764\ufe0f" });
      expect((await send("DELETE", path, KEY, { as })).status).toBe(201);
      await alice.next("reacted", { emoji: "👍", count: 0 });
      for (const [wrong, body, status] of [
        [reactionOf(room, seq, "hello"), { as }, 400],
        [reactionOf(room, 0), { as }, 400],
        [path, {}, 400],
        [path, { as, epoch: "another" }, 410],
        [reactionOf(room, seq + 99), { as }, 410],
        [reactionOf(uniqueName("nowhere"), 1), { as }, 410],
      ] as const)
        expectProblem(await send("PUT", wrong, KEY, body), status);
      expectProblem(await send("PUT", path, null, { as }), 401);
      const other = await post(path, KEY, { as });
      expectProblem(other, 405);
      expect(other.headers.get("allow")).toBe("PUT, DELETE");
    },
  );

  test("alice reacts by her secret, here and away, and that is one reaction", async () => {
    const room = uniqueName("lobby");
    const [alice, bob] = await joinAll(room, "alice", "bob");
    const { seq } = await bob.sendMessage("hello");
    const path = reactionOf(room, seq);
    const { name: username, token } = alice.person;
    expect((await send("PUT", path, token, { username })).status).toBe(201);
    const { user } = alice.welcome;
    expect(await bob.next("reacted", { of: seq })).toMatchObject({
      added: [{ user, username }],
    });
    await leaveRoom(alice);
    expect((await send("PUT", path, token, { username })).status).toBe(200);
    expect((await send("DELETE", path, token, { username })).status).toBe(201);
    await bob.next("reacted", { of: seq, count: 0 });
  });
});
