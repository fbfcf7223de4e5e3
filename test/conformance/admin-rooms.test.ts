// Admin rooms: the operator lists all rooms by pages, among them those that nobody else can see.
import { describe, expect, test } from "vitest";
import { connect } from "./support/client.ts";
import {
  ask,
  askRaw,
  expectProblem,
  post,
  requestAs,
} from "./support/http-client.ts";
import { join, joinFrame } from "./support/members.ts";
import { person, uniqueId, uniqueName } from "./support/people.ts";
import { findListed, readPage, roomInFirstParts } from "./support/registry.ts";

const admin = process.env.EDGE_CHAT_ADMIN ?? "";

const isListed = async (room: string) =>
  (await findListed(admin, room)) !== undefined;

describe.skipIf(admin === "")("an operator", () => {
  test("lists the rooms that somebody has joined, by pages and by prefix", async () => {
    const rooms = ["a", "b", "大厅"].map(roomInFirstParts);
    for (const room of rooms) await join(room, person("ann"));
    for (const room of rooms)
      await expect.poll(() => isListed(room)).toBe(true);
    const found: string[] = [];
    let after = "00:";
    while (found.length < rooms.length) {
      const page = await readPage(admin, { prefix: "hall", after, limit: "1" });
      expect(page.rooms.length).toBeLessThanOrEqual(1);
      for (const { room, since } of page.rooms) {
        expect(since).toBeGreaterThan(0);
        if (rooms.includes(room)) found.push(room);
      }
      if (page.next === undefined) throw new Error("The list ends.");
      after = page.next;
    }
    expect(found.sort()).toEqual([...rooms].sort());
  });

  test("reads the figures of a room, by itself and in the list", async () => {
    const room = uniqueName("club");
    const ann = await join(room, person("ann"));
    const bob = await join(room, person("bob"));
    await ann.sendMessage("hello");
    const { seq, at } = await ann.sendMessage("how are you?");
    await bob.until("message", { seq });
    const figures = {
      ...{ epoch: ann.welcome.epoch, seq, oldest: 1, messages: 2 },
      ...{ members: 2, connections: 2, newestAt: at, access: "open" },
    };
    const path = `/admin/rooms/${encodeURIComponent(room)}`;
    const shown = await requestAs(admin, "GET", path);
    expect(shown.body).toEqual({ room, ...figures, bytes: expect.any(Number) });
    const { bytes } = shown.body as { bytes: number };
    expect(bytes).toBeGreaterThan("hello how are you?".length);
    await expect
      .poll(() => findListed(admin, room, { figures: "true" }))
      .toEqual({ room, since: expect.any(Number), ...figures });
  });

  test("exports what one user wrote or did in a room, without the texts of others", async () => {
    const room = uniqueName("club");
    const ann = await join(room, person("ann"));
    const bob = await join(room, person("bob"));
    const { user } = bob.welcome;
    const secret = await ann.sendMessage(`a word to @${bob.name}`);
    const own = await bob.sendMessage("my own words");
    const { epoch } = bob.welcome;
    for (const member of [ann, bob]) {
      const [emoji, of] = ["👍", secret.seq];
      member.send({
        ...{ type: "react", of, emoji, on: true, epoch },
        id: uniqueId(),
      });
      await member.next("ack");
    }
    const path = `/admin/rooms/${room}/export`;
    const authorization = { Authorization: `Bearer ${admin}` };
    const read = async () => {
      const query = `${path}?user=${user}`;
      const { status, text } = await askRaw(query, authorization);
      expect(status).toBe(200);
      return text.trim().split("\n");
    };
    // A reaction is stored a moment after it is acknowledged.
    await expect.poll(async () => (await read()).length).toBe(3);
    const lines = await read();
    const [header, ...events] = lines.map((line) => JSON.parse(line));
    expect(header).toMatchObject({ type: "user-export", version: 1, room });
    expect(header).toMatchObject({ user, epoch, first: 1 });
    expect(events[0]).toMatchObject({ seq: own.seq, text: "my own words" });
    expect(events[1]).toMatchObject({
      ...{ type: "reacted", of: secret.seq, removed: [] },
      added: [{ user, username: bob.name }],
    });
    expect(lines.join("\n")).not.toContain(ann.welcome.user);
    expect(lines.join("\n")).not.toContain("a word to");
    const wrong = `${path}?user=${encodeURIComponent("no user")}`;
    expectProblem(await requestAs(admin, "GET", wrong), 400);
    expectProblem(await ask(`${path}?user=${user}`), 401);
    const body = lines.map((line) => `${line}\n`).join("");
    const copy = `/admin/rooms/${uniqueName("copy")}/import`;
    expectProblem(await post(copy, admin, body), 400);
  });

  test("closes a room: everybody goes, nobody gets in or says anything, until it is opened", async () => {
    const room = uniqueName("club");
    const path = `/admin/rooms/${room}`;
    const [ann, bob] = [person("ann"), person("bob")];
    const first = await join(room, ann);
    const second = await join(room, bob);
    const { seq } = await first.sendMessage("hello");
    await second.until("message", { seq });
    for (let i = 0; i < 2; i++) {
      const { status, body } = await post(`${path}/close`, admin, "");
      expect([status, body]).toEqual([200, { room, closed: true }]);
    }
    for (const member of [first, second])
      expect(await member.closed()).toEqual({
        ...{ code: 4505, reason: "room closed" },
      });
    const late = await connect(room);
    const refusal = await late.refused(joinFrame(ann), "forbidden");
    expect(refusal).toMatchObject({ reason: "room_closed" });
    const byUrl = await connect(room, {
      query: { username: uniqueName("eve") },
    });
    expect(await byUrl.next("error")).toMatchObject({ reason: "room_closed" });
    expect(await byUrl.closed()).toMatchObject({ code: 4500 });
    const read = await ask(`/rooms/${room}/messages`);
    expectProblem(read, 403);
    expect(read.body).toMatchObject({ reason: "room_closed" });
    const shown = await requestAs(admin, "GET", path);
    expect(shown.body).toMatchObject({ closed: true, members: 0, seq });
    const authorization = { Authorization: `Bearer ${admin}` };
    const exported = await askRaw(`${path}/export`, authorization);
    expect(exported.status).toBe(200);
    const opened = await post(`${path}/open`, admin, "");
    expect(opened.body).toEqual({ room, closed: false });
    const { epoch } = first.welcome;
    const back = await join(room, ann, { since: seq, epoch });
    expect(back.welcome).toMatchObject({ resumed: true, gap: false });
    const { body } = await requestAs(admin, "GET", path);
    expect(body).not.toHaveProperty("closed");
  });

  test("deletes a room, which is empty and another one when somebody comes back", async () => {
    const room = uniqueName("club");
    const path = `/admin/rooms/${room}`;
    const ann = person("ann");
    const first = await join(room, ann);
    const { seq } = await first.sendMessage("hello");
    await expect.poll(() => isListed(room)).toBe(true);
    expect((await requestAs(admin, "DELETE", path)).status).toBe(204);
    expect(await first.closed()).toEqual({ code: 4505, reason: "room closed" });
    expectProblem(await requestAs(admin, "DELETE", path), 404);
    expectProblem(await requestAs(admin, "GET", path), 404);
    const page = await ask(`/rooms/${room}/messages`);
    expect(page.body).toMatchObject({ messages: [], epoch: null });
    const { epoch } = first.welcome;
    const { welcome } = await join(room, ann, { since: seq, epoch });
    expect(welcome).toMatchObject({ resumed: false, seq: 0 });
    expect(welcome.epoch).not.toBe(epoch);
    await expect.poll(() => isListed(room)).toBe(true);
  });

  test("is told of a room that is not there, and of a name that cannot be", async () => {
    const none = `/admin/rooms/${uniqueName("none")}`;
    expectProblem(await requestAs(admin, "GET", none), 404);
    for (const word of ["close", "open"]) {
      expectProblem(await post(`${none}/${word}`, admin, ""), 404);
      expectProblem(await post(`${none}/${word}`, null, ""), 401);
    }
    expectProblem(await requestAs(admin, "DELETE", none), 404);
    expectProblem(await ask(none, "DELETE"), 401);
    expectProblem(await ask(none), 401);
    expectProblem(await requestAs(admin, "GET", "/admin/rooms/a%20b"), 400);
  });

  test("is told what is wrong with a request for a list", async () => {
    for (const query of [
      ...["limit=0", "limit=101", "limit=x", "after=zz", "after=lobby"],
      "figures=yes",
      `prefix=${"x".repeat(65)}`,
    ]) {
      const answer = await requestAs(admin, "GET", `/admin/rooms?${query}`);
      expectProblem(answer, 400);
    }
    expectProblem(await ask("/admin/rooms"), 401);
    expectProblem(await requestAs(admin, "POST", "/admin/rooms"), 405);
  });
});
