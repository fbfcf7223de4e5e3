// Publish tests: bots and people send messages to a room by HTTP, without a connection, through the checks that members pass.
import { describe, expect, test } from "vitest";
import type { Reply } from "../../../src/core/shared/rpc.ts";
import type { PublishAs } from "../../../src/core/shared/server-requests.ts";
import { alice as appAlice, appWorld } from "../support/app.ts";
import { ALLOW, AppStub, FORBID } from "../support/app-stub.ts";
import {
  identityOf,
  join,
  joinAll,
  secretOf,
  userOf,
} from "../support/people.ts";
import { World } from "../support/world.ts";

type Fields = Omit<PublishAs, "type">;

const bot: Fields["by"] = {
  ...{ kind: "bot", identity: "bot-identity-0123", username: "bot:ci" },
  data: { plan: "gold" },
};
const guest = (username: string, as = username): Fields["by"] => ({
  ...{ kind: "guest", secret: secretOf(as), username },
});

/** Publishes to the lobby; the reply may not be there yet. */
function publish(world: World, fields: Fields): { reply: Reply | null } {
  const outcome: { reply: Reply | null } = { reply: null };
  const op = { type: "publish-as", ...fields } as const;
  world.room("lobby").ask([op], (replies) => {
    outcome.reply = replies?.[0] ?? null;
  });
  world.settle();
  return outcome;
}

describe("a bot", () => {
  test("a bot's message reaches the members, marked, and is answered once it is stored", () => {
    const world = new World();
    const { alice } = joinAll(world, "lobby", "alice");
    const { reply } = publish(world, { by: bot, text: "built", id: "1" });
    expect(reply).toEqual({ type: "published", seq: 1, at: world.now });
    expect(alice.last("message")).toMatchObject({
      ...{ username: "bot:ci", user: "bot-identity-012", bot: true },
      ...{ text: "built", id: "1" },
    });
    const again = publish(world, { by: bot, text: "other", id: "1" });
    expect(again.reply).toMatchObject({ seq: 1, duplicate: true });
  });

  test("a bot opens a room only if the server allows the room", () => {
    const world = new World({ ROOMS: ["team-*"] });
    expect(publish(world, { by: bot, text: "hi" }).reply).toMatchObject({
      ...{ code: "forbidden", reason: "no_such_room" },
    });
    const open = new World({ ROOM_CREATION: "jwt" });
    expect(publish(open, { by: bot, text: "hi" }).reply).toHaveProperty("seq");
  });
});

describe("a person", () => {
  test("alice publishes under her name while she is in the room, without any call", () => {
    const world = new World();
    const { bob } = joinAll(world, "lobby", "alice", "bob");
    const calls: string[] = [];
    world.onCall = ({ ops }) => calls.push(...ops.map(({ type }) => type));
    const { reply } = publish(world, {
      by: guest("Alice", "alice"),
      text: "hi",
    });
    expect(reply).toHaveProperty("seq", 1);
    expect(bob.last("message")).toMatchObject({
      ...{ username: "alice", user: userOf("alice"), text: "hi" },
    });
    expect(bob.last("message")).not.toHaveProperty("bot");
    expect(calls).toEqual([]);
  });

  test("alice publishes while she is away: nobody sees her come or go, and the name stays hers", () => {
    const world = new World();
    const { bob } = joinAll(world, "lobby", "bob");
    const by = guest("alice");
    const first = publish(world, { by, text: "hi", id: "a-1" });
    expect(first.reply).toHaveProperty("seq", 1);
    expect(bob.last("message")).toMatchObject({ username: "alice" });
    expect(bob.all("joined")).toEqual([]);
    expect(bob.all("left")).toEqual([]);
    expect(publish(world, { by, text: "hi", id: "a-1" }).reply).toMatchObject({
      ...{ seq: 1, duplicate: true },
    });
    const eve = { by: guest("alice", "eve"), text: "I am alice" };
    expect(publish(world, eve).reply).toMatchObject({ code: "username_taken" });
    world.pass((world.settings.GUEST_CLAIM_SECONDS + 1) * 1000);
    expect(publish(world, eve).reply).toHaveProperty("seq", 2);
  });

  test("a message by HTTP and the same by socket are stored once", () => {
    const world = new World();
    const { alice } = joinAll(world, "lobby", "alice");
    publish(world, { by: guest("alice"), text: "hi", id: "a-1" });
    alice.send({ type: "message", text: "hi", id: "a-1" });
    expect(alice.last("ack")).toMatchObject({ seq: 1, duplicate: true });
  });

  test("nobody publishes under the name of a member, a reserved name, or a name that is none", () => {
    const world = new World();
    joinAll(world, "lobby", "alice");
    for (const [by, code] of [
      [guest("alice", "eve"), "username_taken"],
      [guest("аlice", "eve"), "username_taken"],
      [guest("admin", "eve"), "forbidden"],
      [guest("bot:ci", "eve"), "bad_username"],
      [{ kind: "guest", secret: "short", username: "eve" }, "unauthorized"],
    ] as const)
      expect(publish(world, { by, text: "hi" }).reply).toMatchObject({
        ...{ type: "refused", code },
      });
  });

  test("users of the app publish under the app's names, and one whose name is taken gets a suffix", () => {
    const world = appWorld();
    const guestAlice = join(world, "lobby", "guest-alice");
    guestAlice.take();
    const by = { kind: "app", verified: appAlice } as const;
    expect(publish(world, { by, text: "hi" }).reply).toHaveProperty("seq", 1);
    expect(guestAlice.last("message")).toMatchObject({
      username: appAlice.username,
    });
    const bob = { ...appAlice, subject: "2" };
    publish(world, { by: { kind: "app", verified: bob }, text: "hello" });
    expect(guestAlice.last("message").username).toMatch(/^alice-\w{4}$/);
  });

  test("people who are away have a rate each", () => {
    const world = new World({ RATE_BURST: 2, RATE_PER_SECOND: 1 });
    const say = (name: string) =>
      publish(world, { by: guest(name), text: "hi" }).reply;
    for (const name of ["alice", "alice", "bob"])
      expect(say(name)).toHaveProperty("seq");
    expect(say("alice")).toMatchObject({
      ...{ code: "rate_limited", retryAfter: 1000 },
    });
  });

  test("a secret that alice has replaced no longer speaks in her name, and its successor does", () => {
    const world = new World();
    const alice = join(world, "lobby", "alice");
    alice.send({ type: "register" });
    world.settle();
    alice.send({ type: "rotate", token: secretOf("new") });
    world.settle();
    alice.close(1000);
    world.pass(world.settings.PRESENCE_GRACE_MS + 1000);
    const { reply } = publish(world, { by: guest("alice", "new"), text: "hi" });
    expect(reply).toHaveProperty("seq", 1);
    const bob = join(world, "lobby", "bob");
    expect(bob.last("history").messages).toMatchObject([
      { user: identityOf("alice").slice(0, 16) },
    ]);
  });
});

describe("the app's hook", () => {
  test("the app decides about a bot's message as about any, and changes it", () => {
    const world = new World();
    const app = new AppStub(world, ["message"]);
    const { alice } = joinAll(world, "lobby", "alice");
    app.decide = () => ({ type: "allowed", text: "***" });
    publish(world, { by: bot, text: "built", id: "1" });
    expect(app.asked).toEqual([
      {
        ...{ hook: "message", room: "lobby", text: "built", id: "1" },
        user: {
          ...{ id: "bot-identity-012", username: "bot:ci", kind: "bot" },
          data: { plan: "gold" },
        },
      },
    ]);
    expect(alice.last("message").text).toBe("***");
    app.decide = () => FORBID;
    expect(publish(world, { by: bot, text: "no" }).reply).toMatchObject(FORBID);
  });

  test("a repeat that comes while the app thinks joins the first one", () => {
    const world = new World();
    const app = new AppStub(world, ["message"]);
    app.decide = () => "later";
    const one = publish(world, { by: bot, text: "built", id: "1" });
    const two = publish(world, { by: bot, text: "built", id: "1" });
    expect([one.reply, two.reply, app.asked.length]).toEqual([null, null, 1]);
    app.resolve(ALLOW);
    expect(one.reply).toMatchObject({ type: "published", seq: 1 });
    expect(two.reply).toMatchObject({ seq: 1, duplicate: true });
  });
});
