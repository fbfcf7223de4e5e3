// Hooked chat: the checks of a chat whose app has hooks, the same on both hosts.
import { describe, expect, onTestFinished, test } from "vitest";
import { connect as connectSdk } from "../../src/client/index.ts";
import { memoryStorage } from "../../src/client/storage.ts";
import type { Client } from "../conformance/support/client.ts";
import { connect } from "../conformance/support/client.ts";
import { baseUrl } from "../conformance/support/connection.ts";
import { askRaw } from "../conformance/support/http-client.ts";
import { join } from "../conformance/support/members.ts";
import { person, uniqueId, uniqueName } from "../conformance/support/people.ts";
import { connectText } from "../conformance/support/text-client.ts";
import { ADMIN_SECRET } from "./site.ts";

/** @param logs the lines of the server's log so far */
export function checkHookedChat(logs: () => readonly string[]): void {
  const lobby = async () => {
    const room = uniqueName("lobby");
    const alice = await join(room, person("alice"));
    const bob = await join(room, person("bob"));
    await alice.next("joined", { username: bob.name });
    return { room, alice, bob };
  };
  const refusal = async (client: Client, text: string) => {
    const id = uniqueId();
    client.send({ type: "message", text, id });
    return client.next("error", { id });
  };

  describe("the app decides about messages", () => {
    test("at once", async () => {
      const { alice, bob } = await lobby();
      expect(await refusal(alice, "deny")).toMatchObject({
        ...{ code: "forbidden", message: "Not here." },
      });
      await alice.sendMessage("rewrite");
      await alice.sendMessage("hello");
      await bob.next("message", { text: "rewritten" });
      await bob.next("message", { text: "hello" });
    });

    test("later, in the order of each connection, while others go on", async () => {
      const { alice, bob } = await lobby();
      const ids = ["slow 300", "slow 1", "hello"].map((text) => {
        const id = uniqueId();
        alice.send({ type: "message", text, id });
        return id;
      });
      const { seq } = await bob.sendMessage("quick");
      const acks = [];
      for (const id of ids) acks.push((await alice.roomAck(id)).seq);
      expect(acks).toEqual([seq + 1, seq + 2, seq + 3]);
      await bob.next("message", { text: "slow 300" });
    });

    test("later, by a denial", async () => {
      const { alice } = await lobby();
      expect(await refusal(alice, "slowly-deny")).toMatchObject({
        ...{ code: "muted", message: "Later.", retryAfter: 500 },
      });
    });

    test("not at all: a failure of the app harms nobody, and stores nothing", async () => {
      const { alice, bob } = await lobby();
      for (const text of ["throw", "reject", "junk"])
        expect(await refusal(alice, text)).toMatchObject({ code: "internal" });
      expect(await refusal(alice, "hang")).toMatchObject({
        ...{ code: "unavailable", retryAfter: 1000 },
      });
      expect(await bob.unread()).toEqual([]);
      for (const event of ["hook failed", "hook timed out"])
        await expect
          .poll(() => logs().join("\n"))
          .toContain(`"event":"${event}","hook":"onMessage"`);
    });

    test("once for a message that is sent twice", async () => {
      const { alice, bob } = await lobby();
      const id = uniqueId();
      const frame = { type: "message", text: "slow 200", id };
      alice.send(frame);
      alice.send(frame);
      const first = await alice.roomAck(id);
      const again = await alice.roomAck(id);
      expect(again).toEqual({ ...first, duplicate: true });
      await bob.next("message", { text: "slow 200" });
      expect(await bob.unread()).toEqual([]);
    });
  });

  test("the app decides about private messages", async () => {
    const { alice, bob } = await lobby();
    const denied = uniqueId();
    alice.send({ type: "private", to: bob.name, text: "deny", id: denied });
    expect(await alice.next("error", { id: denied })).toMatchObject({
      code: "forbidden",
    });
    await alice.sendPrivate(bob.name, "slow 20");
    await alice.sendPrivate(bob.name, "rewrite");
    await bob.next("private", { text: "slow 20" });
    await bob.next("private", { text: "rewritten" });
  });

  describe("the app decides about joins", () => {
    test.for([
      ["barred", "banned"],
      ["unwelcome", "forbidden"],
    ] as const)("%s users are refused", async ([name, code]) => {
      const client = await connect(uniqueName("lobby"));
      client.send({ type: "join", username: uniqueName(name) });
      expect(await client.next("error")).toMatchObject({ code });
    });

    test("by URL too, and closes the connection", async () => {
      const query = { username: uniqueName("barred") };
      const client = await connect(uniqueName("lobby"), { query });
      await client.next("error", { code: "banned" });
      expect(await client.closed()).toMatchObject({ code: 4502 });
    });

    test("later, and frames wait until then", async () => {
      const { room, bob } = await lobby();
      const client = await connect(room);
      client.send({ type: "join", username: uniqueName("awaited") });
      client.send({ type: "message", text: "hello", id: "h" });
      await client.next("welcome");
      await client.roomAck("h");
      await bob.next("message", { text: "hello" });
    });
  });

  describe("the app knows users by their requests", () => {
    const Cookie = (name: string) => ({ Cookie: `user=${name}` });

    test("who join under its name, whatever they ask for", async () => {
      const { room, bob } = await lobby();
      const name = uniqueName("ann");
      const client = await connect(room, { headers: Cookie(name) });
      client.send({ type: "join", username: uniqueName("other") });
      await client.next("welcome", { username: name });
      const joined = await bob.next("joined", { username: name });
      expect(joined).toMatchObject({ data: { cookie: true } });
    });

    test("and others come in as without it", async () => {
      const { alice } = await lobby();
      await alice.sendMessage("hello");
    });

    test("a request that is denied is told why, and closed", async () => {
      const headers = Cookie("denied");
      const client = await connect(uniqueName("lobby"), { headers });
      expect(await client.next("error")).toMatchObject({
        ...{ code: "banned", message: "Not with this cookie." },
      });
      expect(await client.closed()).toMatchObject({ code: 4500 });
    });

    test("a failure closes the connection, which may come back", async () => {
      const headers = Cookie("broken");
      const client = await connect(uniqueName("lobby"), { headers });
      await client.next("error", { code: "internal" });
      expect(await client.closed()).toMatchObject({ code: 4002 });
    });

    test("nobody names the user of a request but the app", async () => {
      const forged = { type: "verified", issuer: "app", subject: "id of ann" };
      const name = uniqueName("mallory");
      const client = await connect(uniqueName("lobby"), {
        headers: {
          "Edge-Chat-App-Verdict": encodeURIComponent(
            JSON.stringify({ ...forged, username: "ann", rooms: null }),
          ),
        },
      });
      client.send({ type: "join", username: name });
      await client.next("welcome", { username: name });
    });

    test("when they read pages, too", async () => {
      const { room, alice } = await lobby();
      await alice.sendMessage("hello");
      const path = `/rooms/${room}/messages`;
      expect((await askRaw(path, Cookie("ann"))).status).toBe(200);
      const denied = await askRaw(path, Cookie("denied"));
      expect(denied.status).toBe(403);
      expect(denied.text).toContain("Not with this cookie.");
      expect((await askRaw(`/rooms/${room}`, Cookie("broken"))).status).toBe(
        500,
      );
    });

    test("and when they export a room with the secret", async () => {
      const { room } = await lobby();
      const path = `/admin/rooms/${room}/export`;
      const Authorization = `Bearer ${ADMIN_SECRET}`;
      expect((await askRaw(path, { Authorization })).status).toBe(200);
      const denied = { Authorization, ...Cookie("denied") };
      expect((await askRaw(path, denied)).status).toBe(403);
    });

    test("clients of Socket.IO are not served, since the app cannot be asked", async () => {
      const path = "/socket.io/?EIO=4&transport=polling";
      expect((await askRaw(path, {})).status).toBe(404);
    });
  });

  describe("the app handles commands", () => {
    test("for their user, and for the room", async () => {
      const { alice, bob } = await lobby();
      alice.send({ type: "command", name: "roll", args: "2d6", id: "r" });
      await bob.next("message", { text: "rolled 2d6" });
      await alice.next("message", { text: "rolled 2d6" });
      await alice.next("reply", {
        ...{
          command: "roll",
          id: "r",
          text: `Only you see this, ${alice.name}.`,
        },
      });
      const ack = await alice.next("ack", { id: "r" });
      expect(ack).toMatchObject({ command: "roll" });
    });

    test("later, and by a failure", async () => {
      const { alice } = await lobby();
      alice.send({ type: "command", name: "ask", args: "hi", id: "a" });
      await alice.next("reply", { command: "ask", text: "HI" });
      await alice.next("ack", { id: "a" });
      alice.send({ type: "command", name: "fail", id: "f" });
      await alice.next("error", { code: "internal", id: "f" });
    });

    test("that a person types", async () => {
      const room = uniqueName("lobby");
      const query = { username: uniqueName("carol") };
      const carol = await connectText(room, { query });
      carol.send("/ask hello there");
      await carol.line("* /ask: HELLO THERE");
      carol.send("/fly");
      await carol.lineLike(/^! bad_request/);
    });

    test("of a program by the SDK", async () => {
      const { room, bob } = await lobby();
      const url = baseUrl();
      const username = uniqueName("ann");
      const storage = memoryStorage();
      const joined = connectSdk(url, { room, username, storage });
      onTestFinished(() => joined.client.close());
      expect(await joined.command("roll", "d20")).toEqual({
        replies: [`Only you see this, ${username}.`],
        seq: expect.any(Number),
      });
      expect(joined.commands).toEqual(["ask", "fail", "roll"]);
      await bob.next("message", { text: "rolled d20" });
      expect(await joined.command("ask", "a\nb")).toEqual({
        ...{ replies: ["A\nB"], seq: null },
      });
      const fail = (name: string) =>
        joined.command(name).catch(({ code }) => code);
      expect(await fail("fail")).toBe("internal");
      expect(await fail("fly")).toBe("unsupported");
      await expect
        .poll(() => joined.messages.map(({ text }) => text))
        .toContain("rolled d20");
    });
  });

  describe("the app hears of stored events", () => {
    const heardIn = (room: string): string[] =>
      logs().flatMap((line) => {
        if (!line.includes('"heard"')) return [];
        const { heard } = JSON.parse(line.slice(line.indexOf("{")));
        return heard.room === room ? String(heard.ids).split(",") : [];
      });

    test("in order, each once", async () => {
      const { room, alice, bob } = await lobby();
      for (const text of ["one", "two", "three"]) await alice.sendMessage(text);
      await bob.sendMessage("four");
      await expect
        .poll(() => heardIn(room), { timeout: 10_000 })
        .toEqual(["1", "2", "3", "4"]);
    });

    test.for(["events throw", "events junk", "events slow"])(
      "again after a failure, while the room goes on: %s",
      async (text) => {
        const { room, alice, bob } = await lobby();
        await alice.sendMessage(text);
        await alice.sendMessage("hello");
        await bob.next("message", { text: "hello" });
        const all = text === "events slow" ? ["2"] : ["1", "2"];
        await expect
          .poll(() => heardIn(room), { timeout: 10_000 })
          .toEqual(all);
      },
    );
  });

  test("the app hears of leaves", async () => {
    const { alice, bob } = await lobby();
    alice.send({ type: "leave" });
    await bob.next("left", { username: alice.name });
    await expect
      .poll(() => logs().join("\n"), { timeout: 10_000 })
      .toContain(`"left":"${alice.name}"`);
  });
}
