// Rooms of members: an owner says who may enter, moderators make members and invitations, and every door asks the same right.
import { describe, expect, test } from "vitest";
import { answer, register } from "./support/attack.ts";
import { connect } from "./support/client.ts";
import { ask, askRaw, expectProblem, post } from "./support/http-client.ts";
import { join, joinFrame, joinText, type Member } from "./support/members.ts";
import { openModeratedRoom } from "./support/moderators.ts";
import {
  type Person,
  person,
  secret,
  uniqueId,
  uniqueName,
} from "./support/people.ts";
import { hasKey, KEY, MODERATOR_KEY } from "./support/server-key.ts";
import { SocketIoUser } from "./support/socketio-user.ts";

const REFUSED = {
  code: "forbidden",
  message: "This room opens only to its members.",
} as const;
const UNREGISTERED = {
  code: "forbidden",
  message: expect.stringMatching(/registered name/),
};

/** A person whose name is registered. */
async function registered(name: string): Promise<Person> {
  const member = await join(uniqueName("hall"), person(name));
  await register(member);
  return member.person;
}

/** Sets the access, and waits until the room has it. */
async function setAccess(owner: Member, access: string): Promise<void> {
  const id = uniqueId();
  owner.send({ type: "moderate", action: "access", access, id });
  expect(await owner.next("moderated", { id })).toMatchObject({ access });
  await owner.roomAck(id);
}

/** Makes an invitation. @returns its code */
async function invite(mod: Member, uses = 1): Promise<string> {
  const [code, id] = [secret(), uniqueId()];
  mod.send({ type: "moderate", action: "invite", code, uses, id });
  const told = await mod.next("moderated", { id });
  expect(told).toMatchObject({ action: "invite", uses });
  expect(JSON.stringify(told)).not.toContain(code);
  await mod.roomAck(id);
  return code;
}

/** @returns the answer to a join, with an invitation */
async function knock(room: string, who: Person, code?: string) {
  const client = await connect(room);
  client.send({ ...joinFrame(who), ...(code && { invite: code }) });
  const first: Readonly<Record<string, unknown>> = await answer(client);
  return { client, first };
}

/** Reads over HTTP by a secret and a name. */
function read(room: string, { name, token }: Person, path = "") {
  return askRaw(`/rooms/${room}${path}?member=${name}`, {
    Authorization: `Bearer ${token}`,
  });
}

describe("access", () => {
  test("closes those who may not be in the room any more, and tells them why", async () => {
    const { room, owner, mod, bob } = await openModeratedRoom();
    await mod.refused(
      { type: "moderate", action: "access", access: "open" },
      "forbidden",
    );
    await setAccess(owner, "registered");
    await bob.next("moderated", { access: "registered" });
    expect(await bob.next("error")).toMatchObject(UNREGISTERED);
    expect(await bob.closed()).toEqual({ code: 4500, reason: "refused" });
    const ann = await registered("ann");
    const inside = await join(room, ann);
    expect(inside.welcome.access).toBe("registered");
    await setAccess(owner, "members");
    expect(await inside.closed()).toEqual({ code: 4500, reason: "refused" });
    expect((await knock(room, ann)).first).toMatchObject(REFUSED);
    expect((await join(room, mod.person)).welcome.access).toBe("members");
    await setAccess(owner, "open");
    expect((await join(room, ann)).welcome).not.toHaveProperty("access");
  });

  test("counts at every door, and hides all but the name of the room", async () => {
    const { room, owner, bob } = await openModeratedRoom();
    await bob.sendMessage("before");
    await setAccess(owner, "members");
    const words = new Set<unknown>();
    const byUrl = await connect(room, {
      query: { username: uniqueName("eve") },
    });
    const error = await byUrl.next("error", REFUSED);
    words.add(error.message);
    expect(await byUrl.closed()).toEqual({ code: 4500, reason: "refused" });
    const eve = await registered("eve");
    for (const who of [bob.person, eve, person("guest")])
      words.add((await knock(room, who)).first.message);
    for (const path of ["", "/messages"]) {
      const answers = [
        await ask(`/rooms/${room}${path}`),
        await ask(`/rooms/${room}${path}?limit=x`),
      ];
      for (const given of answers) {
        expectProblem(given, 403);
        words.add((given.body as { detail: string }).detail);
      }
      const { status, text } = await read(room, eve, path);
      expect(status).toBe(403);
      words.add(JSON.parse(text).detail);
    }
    const { name: username, token } = eve;
    const sent = await post(`/rooms/${room}/messages`, token, {
      ...{ username, text: "hello" },
    });
    expectProblem(sent, 403);
    words.add((sent.body as { detail: string }).detail);
    const socket = new SocketIoUser(`/${room}`, { auth: { token, username } });
    expect(await socket.next("connect_error")).toEqual([
      expect.stringMatching(/./),
      expect.objectContaining({ code: "forbidden" }),
    ]);
    expect([...words]).toEqual([error.message]);
    await owner.sendMessage("nobody came");
    const frames = await owner.unread();
    expect(frames.filter(({ type }) => type === "joined")).toEqual([]);
  });
});

describe("a member", () => {
  test("reads and writes by every door, until a moderator takes that away", async () => {
    const { room, owner, mod } = await openModeratedRoom();
    const ann = await registered("ann");
    const inside = await join(room, ann);
    mod.send(`/member ${ann.name}`);
    expect(await owner.next("moderated", { action: "member" })).toMatchObject({
      target: { username: ann.name },
    });
    await setAccess(owner, "members");
    await inside.sendMessage("hello");
    inside.drop();
    const { name: username, token } = ann;
    const path = `/rooms/${room}/messages`;
    const message = { username, text: "by HTTP", id: uniqueId() };
    expect((await post(path, token, message)).status).toBe(201);
    expect((await read(room, ann)).status).toBe(200);
    expect((await read(room, ann, "/messages")).text).toContain("by HTTP");
    const again = await join(room, ann);
    const socket = new SocketIoUser(`/${room}`, { auth: { token, username } });
    await socket.next("connect");
    owner.send({ type: "moderate", action: "unmember", username });
    await again.next("moderated", { action: "unmember" });
    expect(await again.next("error")).toMatchObject(REFUSED);
    expect(await again.closed()).toEqual({ code: 4500, reason: "refused" });
    await socket.next("left");
    expectProblem(await post(path, token, message), 403);
    expect((await read(room, ann)).status).toBe(403);
    expect((await knock(room, ann)).first).toMatchObject(REFUSED);
    await owner.refused(
      { type: "moderate", action: "unmember", username },
      "no_such_user",
    );
  });

  test("is a line for people", async () => {
    const { room, owner, mod } = await openModeratedRoom();
    const ann = await registered("ann");
    const reader = await joinText(room, ann);
    await mod.next("joined", { username: ann.name });
    mod.send(`/member ${ann.name}`);
    await reader.lineLike(
      new RegExp(`^\\* ${mod.name} made ${ann.name} a member$`),
    );
    owner.send("/access members");
    await reader.lineLike(/opened the room to its members alone$/);
    mod.send("/invite 5 1h");
    await reader.lineLike(/made an invitation for 5 users until .* UTC$/);
    mod.send("/uninvite");
    await reader.lineLike(/ended invitations$/);
    mod.send(`/unmember ${ann.name}`);
    await reader.lineLike(/^\* .* took the membership of .* away$/);
    await reader.lineLike(/^! forbidden: This room opens only to its members/);
  });
});

describe("an invitation", () => {
  test("makes registered users members, as often as it says", async () => {
    const { room, owner, mod } = await openModeratedRoom();
    await setAccess(owner, "members");
    const code = await invite(mod, 2);
    const guest = person("guest");
    expect((await knock(room, guest, code)).first).toMatchObject(UNREGISTERED);
    for (const name of ["ann", "ben"]) {
      const who = await registered(name);
      const { client, first } = await knock(room, who, code);
      expect(first).toMatchObject({ type: "welcome", access: "members" });
      expect(
        await owner.next("moderated", { action: "member", username: who.name }),
      ).toMatchObject({ user: first.user, target: { user: first.user } });
      client.drop();
      expect((await knock(room, who)).first).toMatchObject({ type: "welcome" });
    }
    const late = await registered("late");
    const refusal = (await knock(room, late)).first;
    for (const wrong of [code, secret(), "short"])
      expect((await knock(room, late, wrong)).first).toEqual(refusal);
  });

  test("lets a client of Socket.IO in", async () => {
    const { room, owner, mod } = await openModeratedRoom();
    await setAccess(owner, "members");
    const { token, name: username } = await registered("ann");
    const invitation = await invite(mod);
    const auth = { token, username, invite: invitation };
    const ann = new SocketIoUser(`/${room}`, { auth });
    expect(await ann.next("joined")).toMatchObject([{ room, username }]);
    await owner.next("moderated", { action: "member", username });
  });

  test("ends by hand, and one that the server makes is told to its moderator alone", async () => {
    const { room, owner, mod } = await openModeratedRoom();
    await setAccess(owner, "members");
    const who = await registered("ann");
    const code = await invite(mod);
    mod.send(`/uninvite ${code}`);
    await mod.next("moderated", { action: "uninvite" });
    expect((await knock(room, who, code)).first).toMatchObject(REFUSED);
    mod.send("/invite");
    const { text } = await mod.next("reply", { command: "invite" });
    expect((await knock(room, who, text)).first).toMatchObject({
      type: "welcome",
    });
    await owner.next("moderated", { action: "member" });
    const frames = await owner.unread();
    expect(frames.filter(({ type }) => type === "reply")).toEqual([]);
  });
});

describe.skipIf(!hasKey)("a backend", () => {
  test("sets access, members and invitations by HTTP, and reads and writes on", async () => {
    const { room, owner, bob } = await openModeratedRoom();
    const as = { id: "ci", username: "ci" };
    const act = (fields: object) =>
      post(`/rooms/${room}/moderate`, MODERATOR_KEY, { as, ...fields });
    const id = uniqueId();
    const first = await act({ action: "access", access: "members", id });
    expect(first.status).toBe(201);
    expect(await bob.closed()).toEqual({ code: 4500, reason: "refused" });
    expect((await act({ action: "access", access: "open", id })).status).toBe(
      200,
    );
    const code = secret();
    expect((await act({ action: "invite", code })).status).toBe(201);
    expectProblem(await act({ action: "invite" }), 400);
    expectProblem(await act({ action: "access", access: "nobody" }), 400);
    const ann = await registered("ann");
    const { first: welcome } = await knock(room, ann, code);
    expect(welcome).toMatchObject({ type: "welcome" });
    const { user } = welcome;
    expect((await act({ action: "unmember", user })).status).toBe(201);
    expect((await act({ action: "member", user })).status).toBe(404);
    expectProblem(await act({ action: "uninvite" }), 410);
    const { status, text } = await askRaw(`/rooms/${room}/messages`, {
      Authorization: `Bearer ${KEY}`,
    });
    expect(status).toBe(200);
    expect(text).not.toContain(code);
    const sent = await post(`/rooms/${room}/messages`, KEY, { as, text: "hi" });
    expect(sent.status).toBe(201);
    await owner.next("message", { text: "hi" });
  });
});
