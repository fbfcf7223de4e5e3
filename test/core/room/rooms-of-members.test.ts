// Rooms of members tests: an owner says who may enter, moderators make members and invitations, and the right ends at once.
import { describe, expect, test } from "vitest";
import type { Op } from "../../../src/core/shared/rpc.ts";
import { alice as appAlice, appWorld, joinByToken } from "../support/app.ts";
import {
  CODE,
  NO_MEMBER,
  NO_NAME,
  register,
  rows,
  tryJoin,
} from "../support/members-room.ts";
import { errorsOf, moderatedRoom } from "../support/moderated-room.ts";
import { join, secretOf, userOf } from "../support/people.ts";

const MINUTE = 60_000;

describe("access", () => {
  test("owners alone set it, and everybody hears of it", () => {
    const { mod, owner, carol } = moderatedRoom();
    mod.send("/access members");
    expect(errorsOf(mod)).toEqual(["forbidden"]);
    owner.send({ type: "moderate", action: "access", access: "registered" });
    expect(owner.all("moderated")).toMatchObject([
      { action: "access", access: "registered" },
    ]);
    expect(carol.all("moderated")).toHaveLength(1);
  });

  test("registered closes guests, and lets in those whose name is registered", () => {
    const { world, owner, bob, carol } = moderatedRoom();
    owner.send("/access registered");
    expect(carol.closed).toBe("refused");
    expect(carol.take()).toMatchObject([
      { type: "moderated", action: "access" },
      { type: "error", ...NO_NAME },
    ]);
    expect(bob.closed).toBeNull();
    world.pass(1000);
    expect(owner.last("left")).toMatchObject({ username: "carol" });
    expect(tryJoin(world, "dora")).toMatchObject(NO_NAME);
    register(world, "dora");
    expect(tryJoin(world, "dora")).toMatchObject({ access: "registered" });
    owner.send("/access open");
    expect(tryJoin(world, "erik")).not.toHaveProperty("access");
    expect(tryJoin(world, "frank")).toMatchObject({ type: "welcome" });
  });

  test("members closes all but members, moderators and owners", () => {
    const { world, owner, mod, bob, carol } = moderatedRoom();
    mod.send("/member bob");
    mod.send("/member carol");
    // A guest can be no member.
    expect(errorsOf(mod)).toEqual(["forbidden"]);
    owner.send("/access members");
    expect(carol.closed).toBe("refused");
    expect([owner, mod, bob].map(({ closed }) => closed)).toEqual([
      null,
      null,
      null,
    ]);
    expect(tryJoin(world, "carol")).toMatchObject(NO_MEMBER);
    for (const name of ["alice", "mia", "bob"])
      expect(tryJoin(world, name)).toMatchObject({ access: "members" });
  });

  test.for(["sleep", "crash"])(
    "lasts over a %s, and so do members",
    (fault) => {
      const { world, owner } = moderatedRoom();
      owner.send("/member bob");
      owner.send("/access members");
      const lobby = world.room("lobby");
      if (fault === "sleep") world.hibernate(lobby);
      else world.crash(lobby);
      register(world, "dora");
      expect(tryJoin(world, "dora")).toMatchObject(NO_MEMBER);
      expect(tryJoin(world, "bob")).toMatchObject({ type: "welcome" });
    },
  );

  test("a user who is refused gets no name, no place, and no other answer", () => {
    const { world, owner, mod, carol } = moderatedRoom({ ROOM_CONNECTIONS: 4 });
    mod.send("/ban carol");
    owner.send("/member bob");
    owner.send("/access members");
    expect(carol.closed).toBe("banned");
    for (const name of ["carol", "dora"])
      expect(tryJoin(world, name)).toMatchObject(NO_MEMBER);
    const outsiders = Array.from({ length: 150 }, () => world.open("lobby"));
    expect(outsiders.filter(({ closed }) => closed === null)).toHaveLength(100);
    expect(tryJoin(world, "bob")).toMatchObject({ type: "welcome" });
    // Alice, mia and bob twice: the room is full for those who may enter.
    expect(tryJoin(world, "bob")).toMatchObject({ code: "room_full" });
    expect(tryJoin(world, "dora")).toMatchObject(NO_MEMBER);
    world.pass(5000);
    const [claim] = world.directory("dora").database.tables.claim ?? [];
    expect(claim).toMatchObject({ rooms: "[]" });
  });

  test("a moderator who loses the role goes, too", () => {
    const { owner, mod } = moderatedRoom();
    owner.send("/access members");
    owner.send("/deop mia");
    expect(mod.closed).toBe("refused");
    expect(mod.last("error")).toMatchObject(NO_MEMBER);
  });

  test("old events and logs of elsewhere make nobody a member", () => {
    const { world, owner, mod } = moderatedRoom();
    mod.send("/member bob");
    const lines = [
      {
        ...{ type: "moderated", seq: 1, room: "lobby", at: world.now },
        ...{ user: userOf("mia"), username: "mia", action: "member" },
        target: { user: userOf("dora"), username: "dora" },
      },
    ].map((event) => JSON.stringify(event));
    const id = "import";
    for (const step of [
      { kind: "begin", first: 1, lines } as const,
      { kind: "end" } as const,
    ])
      world.askRoom("lobby", { type: "import-log", id, step });
    owner.send("/access members");
    register(world, "dora");
    expect(tryJoin(world, "dora")).toMatchObject(NO_MEMBER);
    expect(tryJoin(world, "bob")).toMatchObject({ type: "welcome" });
  });
});

describe("a member", () => {
  test("who goes is closed at once, in every tab", () => {
    const { world, owner, mod, bob } = moderatedRoom();
    mod.send("/member bob");
    owner.send("/access members");
    const phone = join(world, "lobby", "bob");
    mod.send("/unmember bob");
    expect(bob.closed).toBe("refused");
    expect(phone.closed).toBe("refused");
    expect(phone.last("error")).toMatchObject(NO_MEMBER);
    expect(tryJoin(world, "bob")).toMatchObject(NO_MEMBER);
    expect(rows(world, "room_member")).toEqual([]);
  });

  test("may be away, and is found by the name all the same", () => {
    const { world, mod, bob } = moderatedRoom();
    mod.send("/member bob");
    bob.close(1000);
    world.pass(MINUTE);
    mod.send("/unmember bob");
    expect(errorsOf(mod)).toEqual([]);
    mod.send("/unmember bob");
    mod.send({ type: "moderate", action: "unmember", user: userOf("dora") });
    expect(errorsOf(mod)).toEqual(["no_such_user", "no_such_user"]);
  });

  test("is so under the registered name alone, and by the present secret", () => {
    const { world, owner, mod, bob } = moderatedRoom();
    mod.send("/member bob");
    owner.send("/access members");
    const robert = join(world, "hall", "robert", { as: "bob" });
    robert.send("/register");
    world.settle();
    robert.close(1000);
    expect(tryJoin(world, "robert", { as: "bob" })).toMatchObject(NO_MEMBER);
    const phone = join(world, "lobby", "bob");
    phone.send({ type: "rotate", token: secretOf("new") });
    world.settle();
    // The other tab has the older secret.
    expect(bob.closed).toBe("refused");
    expect(phone.closed).toBeNull();
    expect(tryJoin(world, "bob")).toMatchObject(NO_MEMBER);
    expect(tryJoin(world, "bob", { as: "new" })).toMatchObject({
      type: "welcome",
    });
  });

  test("who gives the name up is a member no more", () => {
    const { world, owner, mod, bob } = moderatedRoom();
    mod.send("/member bob");
    owner.send("/access members");
    bob.send("/release");
    world.settle();
    expect(bob.closed).toBe("refused");
    expect(tryJoin(world, "bob")).toMatchObject(NO_MEMBER);
  });

  test("who is none any more reads, writes and repeats nothing over HTTP", () => {
    const { world, owner, mod, bob } = moderatedRoom();
    mod.send("/member bob");
    owner.send("/access members");
    bob.close(1000);
    world.pass(MINUTE);
    const by = {
      kind: "guest",
      ...{ secret: secretOf("bob"), username: "bob" },
    } as const;
    const ops: Op[] = [
      { type: "publish-as", by, text: "hello", id: "once" },
      { type: "read-as", by, read: { type: "messages" } },
      { type: "read-as", by, read: { type: "info" } },
    ];
    const ask = (op: Op) => {
      const replies: unknown[] = [];
      world.room("lobby").ask([op], (all) => replies.push(...(all ?? [])));
      world.settle();
      return replies;
    };
    expect(ops.map(ask)).toMatchObject([
      [{ type: "published" }],
      [{ type: "page" }],
      [{ type: "info" }],
    ]);
    mod.send("/unmember bob");
    for (const op of ops) expect(ask(op)).toMatchObject([NO_MEMBER]);
    // Nor does anybody who shows nothing. The app's own server reads on.
    for (const type of ["info", "messages"] as const) {
      expect(ask({ type })).toMatchObject([NO_MEMBER]);
      expect(ask({ type, isServer: true })).not.toMatchObject([NO_MEMBER]);
    }
  });

  test("of the same or a higher role is not touched", () => {
    const { owner, mod } = moderatedRoom();
    for (const name of ["alice", "mia"]) {
      mod.send(`/member ${name}`);
      mod.send(`/unmember ${name}`);
    }
    expect(errorsOf(mod)).toEqual(Array(4).fill("forbidden"));
    expect(errorsOf(owner)).toEqual([]);
  });

  test("of an app is one under each name", () => {
    const world = appWorld({}, { ROOM_OWNERS: "creator" });
    const owner = joinByToken(world, "lobby");
    world.tokens.set("bob.b.b", { ...appAlice, subject: "2", username: "bob" });
    joinByToken(world, "lobby", { token: "bob.b.b" });
    owner.send("/member bob");
    owner.send("/access members");
    world.tokens.set("bob.b.b", { ...appAlice, subject: "2", username: "rob" });
    const peer = joinByToken(world, "lobby", { token: "bob.b.b" });
    expect(peer.last("welcome").username).toBe("rob");
  });
});

test("a reader with a secret asks no directory about a room that is open", () => {
  const { world, owner } = moderatedRoom();
  const by = {
    kind: "guest",
    secret: secretOf("bob"),
    username: "bob",
  } as const;
  const op = { type: "read-as", by, read: { type: "info" } } as const;
  expect(world.askRoom("lobby", op)).toMatchObject({ type: "info" });
  owner.send("/access registered");
  const calls: string[] = [];
  world.onCall = ({ ops }) => calls.push(...ops.map(({ type }) => type));
  const dora = { ...by, secret: secretOf("dora"), username: "dora" };
  const replies: unknown[] = [];
  world
    .room("lobby")
    .ask([{ ...op, by: dora }], (all) => replies.push(...(all ?? [])));
  world.settle();
  expect(replies).toMatchObject([NO_NAME]);
  expect(calls).toEqual(["enter", "leave"]);
});

test("a room that uses none of it asks and stores nothing for it", () => {
  const { world } = moderatedRoom();
  const { database } = world.room("lobby");
  for (const table of ["room_member", "invitation", "room_policy"])
    expect(Object.keys(database.tables)).not.toContain(table);
  const statements: string[] = [];
  const { exec } = database;
  database.exec = (query, ...values) => {
    statements.push(query);
    return exec.call(database, query, ...values);
  };
  expect(tryJoin(world, "dora", { invite: CODE })).toMatchObject({
    type: "welcome",
  });
  expect(statements.filter((one) => /member|invit|policy/.test(one))).toEqual(
    [],
  );
});
