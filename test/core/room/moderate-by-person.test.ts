// Moderation by a person over HTTP: a user of the app acts with the role in the room, and no further.
import { describe, expect, test } from "vitest";
import type { Verified } from "../../../src/core/shared/rpc.ts";
import type { ModerateFrame } from "../../../src/protocol/client-frames.ts";
import { alice, appWorld, joinByToken } from "../support/app.ts";
import { AppStub, FORBID } from "../support/app-stub.ts";
import { join, userOf } from "../support/people.ts";
import type { World } from "../support/world.ts";

const MOD: Partial<Verified> = {
  roles: [{ rooms: "lobby", role: "moderator" }],
};

/** A lobby with bob and carol, who are guests; the app's user is away. */
function lobby() {
  const world = appWorld();
  const bob = join(world, "lobby", "bob");
  const carol = join(world, "lobby", "carol");
  bob.send("buy this");
  for (const peer of [bob, carol]) peer.take();
  return { world, bob, carol };
}

function ask(world: World, op: object, room = "lobby") {
  let reply: unknown;
  world.room(room).ask([op as never], (replies) => {
    [reply] = replies ?? [];
  });
  world.settle();
  return reply;
}

function act(
  world: World,
  claims: Partial<Verified>,
  frame: Partial<Omit<ModerateFrame, "type">> & Record<string, unknown>,
) {
  const by = { kind: "app", verified: { ...alice, ...claims } };
  const whole = { type: "moderate", ...frame };
  return ask(world, { type: "moderate-as", by, frame: whole });
}

describe("a user of the app", () => {
  test("mutes, purges and bans by the role of the token, also while away", () => {
    const { world, bob, carol } = lobby();
    const mute = { action: "mute", user: userOf("bob"), id: "m" } as const;
    const first = act(world, MOD, mute);
    expect(first).toMatchObject({ type: "published", seq: 2 });
    expect(carol.last("moderated")).toMatchObject({
      ...{ action: "mute", username: "alice", id: "m" },
    });
    expect(act(world, MOD, mute)).toEqual({
      ...(first as object),
      duplicate: true,
    });
    expect(
      act(world, MOD, { action: "purge", user: userOf("bob"), for: 60 }),
    ).toMatchObject({ type: "published" });
    expect(carol.last("moderated")).toMatchObject({ action: "purge", to: 2 });
    act(world, MOD, { action: "ban", user: userOf("bob") });
    expect(bob.closed).toBe("banned");
  });

  test("without a role, or with one elsewhere, does nothing", () => {
    const { world, carol } = lobby();
    const elsewhere: Partial<Verified> = {
      roles: [{ rooms: "hall", role: "owner" }],
    };
    for (const claims of [{}, elsewhere])
      expect(act(world, claims, { action: "lock" })).toMatchObject({
        code: "forbidden",
      });
    expect(carol.all("moderated")).toEqual([]);
  });

  test("acts on nobody of the same role, and names no owner", () => {
    const { world } = lobby();
    world.tokens.set("a.b.c", {
      ...alice,
      subject: "2",
      username: "mia",
      ...MOD,
    });
    const mia = world.open("lobby");
    mia.send({ type: "join", token: "a.b.c" });
    world.settle();
    expect(act(world, MOD, { action: "ban", username: "mia" })).toMatchObject({
      code: "forbidden",
    });
    expect(
      act(world, MOD, { action: "role", user: userOf("bob"), role: "owner" }),
    ).toMatchObject({ code: "forbidden" });
    expect(mia.closed).toBeNull();
  });

  test("who is banned by a higher one moderates and reads no more", () => {
    const { world } = lobby();
    joinByToken(world, "lobby");
    const by = { ...{ type: "moderate", identity: "x".repeat(43) } };
    world.askRoom("lobby", {
      ...{ ...by, type: "moderate", username: "bot:x" },
      frame: { type: "moderate", action: "ban", username: "alice" },
    });
    expect(act(world, MOD, { action: "lock" })).toMatchObject({
      code: "banned",
    });
    const verified = { ...alice, ...MOD };
    const read = { type: "reports", by: { kind: "app", verified }, page: {} };
    expect(ask(world, read)).toMatchObject({ code: "banned" });
  });

  test("sets a topic that the app allows, unless muted", () => {
    const { world, carol } = lobby();
    const app = new AppStub(world, ["message"]);
    world.crash(world.room("lobby"));
    const dora = join(world, "lobby", "dora");
    app.decide = ({ text }) =>
      text === "bad" ? FORBID : { type: "allowed", text: "calm" };
    expect(act(world, MOD, { action: "topic", text: "bad" })).toMatchObject({
      code: "forbidden",
    });
    act(world, MOD, { action: "topic", text: "wild" });
    expect(dora.last("topic")).toMatchObject({ text: "calm" });
    expect(app.asked.at(-1)).toMatchObject({ kind: "topic" });
    expect(carol.closed).toBe("lost");
  });

  test("has no room that is not there", () => {
    const world = appWorld();
    expect(act(world, MOD, { action: "lock" })).toMatchObject({
      ...{ code: "forbidden", reason: "no_such_room" },
    });
    expect(world.room("lobby").database.tables).not.toHaveProperty("room");
  });

  test("does not learn whether a private room is there", () => {
    const world = appWorld({}, { PRIVATE_ROOMS: ["lobby", "attic"] });
    world.askRoom("lobby", {
      ...{ type: "publish", identity: "b".repeat(43) },
      ...{ username: "bot:b", text: "rain" },
    });
    const by = { kind: "app", verified: alice };
    const frame = { type: "moderate", action: "lock" };
    const close = { type: "close_report", report: 1, outcome: "resolved" };
    const answers = ["lobby", "attic"].map((room) =>
      [
        { type: "moderate-as", by, frame },
        { type: "reports", by, page: {} },
        { type: "close-report", by, frame: close },
      ].map((op) => ask(world, op, room)),
    );
    expect(answers[0]).toEqual(answers[1]);
    for (const answer of answers.flat())
      expect(answer).toMatchObject({ type: "refused", code: "forbidden" });
  });
});

describe("the reports of a room", () => {
  const by = { kind: "app", verified: { ...alice, ...MOD } } as const;

  test("are read and closed by a moderator, but for those about oneself", () => {
    const { world, bob, carol } = lobby();
    const own = joinByToken(world);
    own.send("I rule");
    carol.send({ type: "report", of: 1, reason: "spam" });
    carol.send({ type: "report", of: 2 });
    expect(carol.all("ack")).toHaveLength(2);
    const read = { type: "reports", by, page: { open: true } };
    expect(ask(world, read)).toMatchObject({
      page: { reports: [{ report: 1, of: 1, reason: "spam" }], open: 1 },
    });
    const close = (report: number) =>
      ask(world, {
        ...{ type: "close-report", by },
        frame: { type: "close_report", report, outcome: "resolved" },
      });
    expect(close(1)).toMatchObject({ type: "report-closed" });
    expect(close(1)).toMatchObject({ duplicate: true });
    expect(close(2)).toMatchObject({ type: "refused", code: "gone" });
    const verified = { ...alice, subject: "9", username: "eve" };
    const eve = { kind: "app", verified };
    expect(ask(world, { ...read, by: eve })).toMatchObject({
      code: "forbidden",
    });
    const frame = { type: "close_report", report: 2, outcome: "resolved" };
    expect(ask(world, { type: "close-report", by: eve, frame })).toMatchObject({
      code: "forbidden",
    });
    expect(bob.all("reported")).toEqual([]);
  });
});
