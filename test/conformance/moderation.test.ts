// Moderation: moderators kick, ban and mute users and lift that; the room is told, and nobody acts upward or sideways.
import { describe, expect, test } from "vitest";
import { connect } from "./support/client.ts";
import { ask, expectProblem, post, send } from "./support/http-client.ts";
import { join, joinFrame, joinText } from "./support/members.ts";
import { openModeratedRoom } from "./support/moderators.ts";
import { person, stranger, uniqueId, uniqueName } from "./support/people.ts";
import { hasKey, KEY, MODERATOR_KEY } from "./support/server-key.ts";
import { SocketIoUser } from "./support/socketio-user.ts";

const MINUTE = 60_000;

describe("a ban", () => {
  test("closes the user's connections in every tab, and each join is refused with the end", async () => {
    const { room, owner, mod, bob } = await openModeratedRoom();
    const phone = await join(room, bob.person);
    const id = uniqueId();
    mod.send({
      ...{ type: "moderate", action: "ban", username: bob.name, for: 3600 },
      ...{ reason: "spam", id },
    });
    const told = await owner.next("moderated", { action: "ban" });
    expect(told).toMatchObject({
      ...{ user: mod.welcome.user, username: mod.name, reason: "spam", id },
      target: { user: bob.welcome.user, username: bob.name },
    });
    const { until, at } = told;
    expect(until).toBe(at + 60 * MINUTE);
    expect(await mod.next("moderated", { id })).toEqual(told);
    expect(await mod.roomAck(id)).toMatchObject({ seq: told.seq, at });
    for (const tab of [bob, phone]) {
      expect(await tab.next("moderated", { id })).toEqual(told);
      expect(await tab.next("error")).toMatchObject({ code: "banned", until });
      expect(await tab.closed()).toEqual({ code: 4502, reason: "banned" });
    }
    await owner.next("left", { username: bob.name });
    const again = await connect(room);
    const other = { ...bob.person, name: `${bob.name}-2` };
    for (const who of [bob.person, other])
      expect(await again.refused(joinFrame(who), "banned")).toMatchObject({
        until,
      });
    owner.send(`/unban ${bob.name}`);
    await mod.next("moderated", { action: "unban" });
    await join(room, bob.person);
  });

  test("of a user of Socket.IO ends that connection, too", async () => {
    const { room, owner, mod } = await openModeratedRoom();
    const { name: username, token } = person("eve");
    const eve = new SocketIoUser("", { auth: { token } });
    eve.socket.emit("join room", { roomname: room, username });
    await owner.next("joined", { username });
    mod.send(`/ban ${username}`);
    await owner.next("left", { username });
    eve.socket.emit("new message", "still here?");
    await owner.sendMessage("is she gone?");
    const frames = await mod.unread();
    expect(frames).not.toContainEqual(
      expect.objectContaining({ type: "message", username }),
    );
  });

  test("is a line for people", async () => {
    const { room, mod, bob } = await openModeratedRoom();
    const reader = await joinText(room, person("reader"));
    mod.send(`/kick ${bob.name} calm down`);
    const { name } = mod;
    await reader.lineLike(
      new RegExp(`^\\* ${name} kicked ${bob.name} until .* UTC: calm down$`),
    );
    expect(await bob.closed()).toEqual({ code: 4501, reason: "kicked" });
  });
});

describe("a purge", () => {
  test("deletes all that the user said since then, at every door", async () => {
    const { room, owner, mod, bob } = await openModeratedRoom();
    const word = uniqueName("spam");
    const { seq: first } = await bob.sendMessage(`${word} one`);
    await owner.sendMessage("stop it");
    const { seq: last } = await bob.sendMessage(`${word} two`);
    bob.send({ type: "edit", of: last, text: `${word} three`, id: uniqueId() });
    await owner.next("edited", { of: last });
    await owner.unread();
    mod.send(`/purge ${bob.name} 1h spam`);
    const told = await owner.next("moderated", { action: "purge" });
    expect(told).toMatchObject({
      target: { user: bob.welcome.user, username: bob.name },
      ...{ from: 1, to: told.seq - 1, since: told.at - 60 * MINUTE },
      reason: "spam",
    });
    for (const frame of [{ limit: 100 }, { fold: true, limit: 100 }]) {
      owner.send({ type: "history", ...frame });
      const page = await owner.next("history");
      expect(JSON.stringify(page)).not.toContain(word);
      expect(page.messages).toContainEqual(
        expect.objectContaining({ type: "erased", seq: first }),
      );
    }
    const resumed = await connect(room);
    const { epoch } = owner.welcome;
    resumed.send({ ...joinFrame(person("late")), since: 0, epoch });
    await resumed.next("moderated", { action: "purge" });
    const read = await ask(`/rooms/${room}/messages`);
    expect(JSON.stringify(read.body)).not.toContain(word);
    expect(JSON.stringify(await resumed.unread())).not.toContain(word);
  });

  test("needs a duration, and is for nobody of the same role", async () => {
    const { owner, mod, bob } = await openModeratedRoom();
    const purge = { type: "moderate", action: "purge" };
    const on = (username: string) => ({ ...purge, username, for: 60 });
    await mod.refused({ ...purge, username: bob.name }, "bad_request");
    await mod.refused(on(owner.name), "forbidden");
    await mod.refused(on(mod.name), "forbidden");
    await bob.refused(on(owner.name), "forbidden");
  });
});

describe("a mute", () => {
  test("stops messages and private messages, and the welcome tells it", async () => {
    const { room, owner, mod, bob } = await openModeratedRoom();
    mod.send(`/mute ${bob.name} 10m`);
    const { until } = await bob.next("moderated", { action: "mute" });
    const frames = [
      { type: "message", text: "hello" },
      { type: "private", to: owner.name, text: "psst" },
    ];
    for (const frame of frames) {
      const failure = await bob.refused(frame, "muted");
      expect(failure.until).toBe(until);
      expect(failure.retryAfter).toBeGreaterThan(9 * MINUTE);
    }
    const phone = await join(room, bob.person);
    expect(phone.welcome.muted).toEqual({ until });
    owner.send(`/unmute ${bob.name}`);
    await bob.next("moderated", { action: "unmute" });
    await bob.sendMessage("thank you");
  });

  test("stops what the user publishes over HTTP, and so does a ban", async () => {
    const { room, owner, mod, bob } = await openModeratedRoom();
    const publish = () => {
      const { name: username, token } = bob.person;
      return post(`/rooms/${room}/messages`, token, { username, text: "hi" });
    };
    expect((await publish()).status).toBe(201);
    for (const [line, code] of [
      [`/mute ${bob.name} 1h`, "muted"],
      [`/ban ${bob.name} 1h`, "banned"],
    ] as const) {
      mod.send(line);
      const { until } = await mod.next("moderated");
      const refused = await publish();
      expectProblem(refused, 403);
      expect(refused.body).toMatchObject({ code, until });
    }
    const frames = await owner.unread();
    expect(frames.filter(({ type }) => type === "message")).toHaveLength(1);
  });

  test("of a user of Socket.IO is told by the ack", async () => {
    const { room, owner, mod } = await openModeratedRoom();
    const { name: username, token } = person("eve");
    const eve = new SocketIoUser("", { auth: { token } });
    eve.socket.emit("join room", { roomname: room, username });
    await owner.next("joined", { username });
    mod.send(`/mute ${username}`);
    await owner.next("moderated", { action: "mute" });
    expect(await eve.ask("new message", "hello")).toMatchObject({
      error: "muted",
    });
  });
});

test("a user waits in slow mode, and may not speak in a locked room", async () => {
  const { room, owner, mod, bob } = await openModeratedRoom();
  mod.send("/slow 1h");
  await bob.next("moderated", { action: "slow", seconds: 3600 });
  await bob.sendMessage("hello");
  const text = { type: "message", text: "hello?" };
  const slow = await bob.refused(text, "rate_limited");
  expect(slow.retryAfter).toBeGreaterThan(3_500_000);
  for (const line of ["/slow off", "/lock"]) owner.send(line);
  await bob.next("moderated", { action: "lock" });
  await bob.refused(text, "muted");
  const { name: username, token } = bob.person;
  const path = `/rooms/${room}/messages`;
  expectProblem(await post(path, token, { username, text: "hi" }), 403);
  expect((await join(room, bob.person)).welcome.locked).toBe(true);
  await mod.sendMessage("please wait");
  mod.send("/unlock");
  await bob.next("moderated", { action: "unlock" });
  await bob.sendMessage("thank you");
});

test("a user acts on nobody of the same or a higher role", async () => {
  const { owner, mod, bob } = await openModeratedRoom();
  await mod.refused(`/ban ${owner.name}`, "forbidden");
  await mod.refused(`/ban ${mod.name}`, "forbidden");
  await mod.refused(`/op ${bob.name}`, "forbidden");
  await bob.refused(`/kick ${mod.name}`, "forbidden");
  await owner.refused(`/op ${bob.name}`, "forbidden");
  await mod.refused("/ban nobody-of-that-name", "no_such_user");
  await bob.refused({ type: "moderate", action: "ban" }, "bad_request");
});

test("a user who repeats an act with its id does nothing again", async () => {
  const { owner, mod, bob } = await openModeratedRoom();
  const act = { type: "moderate", action: "mute", username: bob.name };
  const id = uniqueId();
  mod.send({ ...act, id });
  const { seq } = await mod.roomAck(id);
  owner.send(`/unmute ${bob.name}`);
  await bob.next("moderated", { action: "unmute" });
  mod.send({ ...act, id });
  expect(await mod.roomAck(id)).toMatchObject({ seq, duplicate: true });
  await bob.sendMessage("hello");
});

test("a user who takes the name of a banned one is not banned", async () => {
  const { room, mod, bob } = await openModeratedRoom();
  mod.send(`/ban ${bob.name}`);
  await mod.next("moderated", { action: "ban" });
  await join(room, stranger(`${bob.name}-x`));
});

test.skipIf(!hasKey)(
  "a backend mutes and bans by its key, above all roles, and does nothing twice",
  async () => {
    const { room, owner, bob } = await openModeratedRoom();
    const path = `/rooms/${room}/moderate`;
    const as = { id: "guard", username: "Guard" };
    const mute = { as, action: "mute", username: bob.name, id: uniqueId() };
    const first = await post(path, MODERATOR_KEY, mute);
    const { seq } = first.body as { seq: number };
    expect([first.status, first.body]).toEqual([
      201,
      { id: mute.id, seq, at: expect.any(Number) },
    ]);
    expect(await owner.next("moderated", { seq })).toMatchObject({
      ...{ username: "bot:Guard", action: "mute", id: mute.id },
      target: { username: bob.name },
    });
    const again = await post(path, MODERATOR_KEY, mute);
    expect([again.status, again.body]).toEqual([
      200,
      { ...(first.body as object), duplicate: true },
    ]);
    const { name: username, token } = bob.person;
    const reaction = `/rooms/${room}/messages/${seq}/reactions/%F0%9F%91%8D`;
    const refused = await send("PUT", reaction, token, { username });
    expect([refused.status, refused.body]).toMatchObject([
      403,
      { code: "muted" },
    ]);
    expectProblem(await post(path, KEY, mute), 403);
    expectProblem(await post(path, bob.person.token, mute), 403);
    for (const [body, status] of [
      [{ ...mute, as: undefined }, 400],
      [{ as, action: "dance" }, 400],
      [{ as, action: "kick", username: "nobody-here" }, 404],
    ] as const)
      expectProblem(await post(path, MODERATOR_KEY, body), status);
    const nowhere = `/rooms/${uniqueName("none")}/moderate`;
    expectProblem(await post(nowhere, MODERATOR_KEY, mute), 403);
    const ban = { as, action: "ban", username: owner.name };
    expect((await post(path, MODERATOR_KEY, ban)).status).toBe(201);
    expect(await owner.closed()).toEqual({ code: 4502, reason: "banned" });
  },
);
