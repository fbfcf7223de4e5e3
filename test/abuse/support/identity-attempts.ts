// Identity attempts: ways to count as somebody who has a role.
import { expect } from "vitest";
import { register } from "../../conformance/support/attack.ts";
import { connect } from "../../conformance/support/client.ts";
import { askRaw, post } from "../../conformance/support/http-client.ts";
import { join, leaveRoom } from "../../conformance/support/members.ts";
import {
  person,
  secret,
  uniqueId,
  uniqueName,
} from "../../conformance/support/people.ts";
import { personal } from "./act-attempts.ts";
import { ADMIN } from "./attack-target.ts";
import {
  type Attempt,
  appToken,
  expectNoRole,
  exportOf,
  type Fields,
  fails,
  knock,
  refusedByHttp,
  secondModerator,
  tell,
  works,
} from "./attempts.ts";
export const identityAttempts: Attempt[] = [
  [
    "a moderator's act again, with its id",
    async ({ bob, mod, owner }) => {
      const id = uniqueId();
      const frame = { type: "moderate", action: "topic", text: "by mod", id };
      await works(mod, frame);
      await fails(bob, frame);
      await fails(bob, { ...frame, text: "by bob" });
      expect(
        (await join(owner.welcome.room, person("ann"))).welcome.topic,
      ).toBe("by mod");
    },
  ],
  [
    "the owner's name in capitals, with another secret",
    async ({ room, owner }) => {
      const forged = { name: owner.name.toUpperCase(), token: secret() };
      const { first } = await knock(room, forged);
      expect(first).toMatchObject({ code: "username_taken" });
    },
  ],
  [
    "a look-alike of the owner's name",
    async ({ room, owner }) => {
      const forged = {
        name: owner.name.replaceAll("a", "а"),
        token: secret(),
      };
      const { first } = await knock(room, forged);
      expect(first).toMatchObject({ type: "error" });
    },
  ],
  [
    "the owner's public id as a secret",
    async ({ room, owner }) => {
      const forged = { name: owner.name, token: owner.welcome.user };
      const { first } = await knock(room, forged);
      expect(first).toMatchObject({ type: "error" });
    },
  ],
  [
    "the owner's identity under another name",
    async ({ room, owner }) => {
      const other = await join(room, {
        name: uniqueName("other"),
        token: owner.person.token,
      });
      await expectNoRole(other);
    },
  ],
  [
    "a secret that was rotated away",
    async () => {
      const old = person("old");
      const first = await join(uniqueName("hall"), old);
      await register(first);
      const club = uniqueName("club");
      const owner = await join(club, old);
      expect(owner.welcome.role).toBe("owner");
      first.send({ type: "rotate", token: secret() });
      await first.next("rotated");
      const { client, first: given } = await knock(club, old);
      if (given.type === "welcome") {
        expect(given).not.toHaveProperty("role");
        await fails(client, { type: "moderate", action: "lock" });
      }
    },
  ],
  [
    "a name that its owner has released",
    async () => {
      const ann = await join(uniqueName("hall"), person("ann"));
      await register(ann);
      const club = uniqueName("club");
      const owner = await join(club, ann.person);
      expect(owner.welcome.role).toBe("owner");
      owner.send({ type: "release" });
      await owner.next("released");
      await fails(owner, { type: "moderate", action: "lock" });
    },
  ],
  [
    "the first to come back to an empty room",
    async () => {
      const club = uniqueName("club");
      await leaveRoom(await join(club, person("opener")));
      const ann = await join(uniqueName("hall"), person("ann"));
      await register(ann);
      await expectNoRole(await join(club, ann.person));
    },
  ],
  [
    "a guest who opens a room and registers then",
    async () => {
      const ann = await join(uniqueName("club"), person("ann"));
      await register(ann);
      await expectNoRole(ann);
      await expectNoRole(await join(ann.welcome.room, ann.person));
    },
  ],
  [
    "twenty who open one room at once",
    async () => {
      const halls = await Promise.all(
        Array.from({ length: 20 }, () =>
          join(uniqueName("hall"), person("racer")),
        ),
      );
      await Promise.all(halls.map((racer) => register(racer)));
      const club = uniqueName("club");
      const inside = await Promise.all(
        halls.map((racer) => join(club, racer.person)),
      );
      const owners = inside.filter(({ welcome }) => welcome.role === "owner");
      expect(owners).toHaveLength(1);
    },
  ],
  [
    "a token whose pattern names other rooms",
    async ({ room }) => {
      for (const pattern of ["club", "*-club", `${room}-2`, `${room}%2f*`]) {
        const token = await appToken({
          ...{ sub: uniqueId(), username: uniqueName("eve") },
          roles: { [pattern]: "owner" },
        });
        const client = await connect(room, {
          headers: { Authorization: `Bearer ${token}` },
        });
        client.send({ type: "join" });
        expect(await client.next("welcome")).not.toHaveProperty("role");
        await fails(client, { type: "moderate", action: "lock" });
      }
    },
  ],
  [
    "a token whose roles have another form",
    async ({ room }) => {
      for (const roles of ["owner", ["owner"], { "*": "admin" }, { "*": 1 }]) {
        const token = await appToken({
          ...{ sub: uniqueId(), username: uniqueName("eve"), roles },
        });
        const client = await connect(room, {
          headers: { Authorization: `Bearer ${token}` },
        });
        client.send({ type: "join" });
        const first: Fields = {
          ...(await client.inbox.next(() => true, "an answer")),
        };
        expect(first).not.toHaveProperty("role");
      }
    },
  ],
  [
    "a forged token",
    async (scene) => {
      const parts = (await appToken({ sub: "eve" })).split(".");
      const claims = { sub: "eve", aud: "chat", roles: { "*": "owner" } };
      parts[1] = Buffer.from(JSON.stringify(claims)).toString("base64url");
      await refusedByHttp(scene, "/rooms/ROOM/moderate", parts.join("."));
    },
  ],
  [
    "import of a log in which one is the owner",
    async () => {
      const ann = await join(uniqueName("hall"), person("ann"));
      await register(ann);
      const club = uniqueName("club");
      const opener = await join(club, person("opener"));
      await opener.sendMessage("a line to replace");
      const [head] = (await exportOf(club)).split("\n");
      expect(head).toMatch(/epoch/);
      const target = uniqueName("club");
      const at = Date.now();
      const { user } = ann.welcome;
      const event = {
        ...{ type: "moderated", seq: 1, room: target, user, at },
        username: ann.name,
        ...{
          action: "role",
          role: "owner",
          target: { user, username: ann.name },
        },
      };
      const imported = await post(
        `/admin/rooms/${target}/import`,
        ADMIN,
        `${head?.replaceAll(club, target)}\n${JSON.stringify(event)}\n`,
        { "Content-Type": "application/x-ndjson" },
      );
      expect(imported, imported.text).toMatchObject({ status: 200 });
      await expectNoRole(await join(target, ann.person));
    },
  ],
  [
    "acts in the moment in which one is demoted",
    async (scene) => {
      const eve = await secondModerator(scene);
      const tab = await join(scene.room, eve.person);
      const demoted = { type: "moderate", action: "role", role: "none" };
      await works(scene.owner, { ...demoted, username: eve.name });
      await fails(eve, { type: "moderate", action: "lock" });
      await fails(tab, { type: "moderate", action: "lock" });
      await fails(tab, { ...demoted, role: "moderator", username: eve.name });
      await expectNoRole(await join(scene.room, eve.person));
    },
  ],
  [
    "a moderator's act against another one",
    async (scene) => {
      const eve = await secondModerator(scene);
      for (const act of personal(scene.mod.name)) await fails(eve, act);
    },
  ],
  [
    "a moderator who makes or unmakes moderators, or sets the access",
    async ({ mod, bob }) => {
      const role = { type: "moderate", action: "role", username: bob.name };
      await fails(mod, { ...role, role: "moderator" });
      await fails(mod, { type: "moderate", action: "access", access: "open" });
    },
  ],
  [
    "the role of owner by a frame",
    async ({ owner, mod }) => {
      const act = { type: "moderate", action: "role", role: "owner" };
      const given = await tell(owner, { ...act, username: mod.name });
      expect(given.type).toBe("error");
    },
  ],
  [
    "a target of another identity than the name says",
    async ({ mod, owner, bob }) => {
      await fails(mod, {
        ...{ type: "moderate", action: "mute", for: 60 },
        ...{ user: owner.welcome.user, username: bob.name },
      });
    },
  ],
  [
    "fields that make the target unclear",
    async ({ mod, owner }) => {
      for (const target of [
        { user: ` ${owner.welcome.user}` },
        { username: `${owner.name}\u200b` },
        { username: ["", owner.name] },
        { target: { user: owner.welcome.user } },
        {},
      ]) {
        const act = { type: "moderate", action: "mute", ...target };
        expect((await tell(mod, act)).type).toBe("error");
      }
    },
  ],
  [
    "an act of a room in which one is the owner, at another",
    async ({ room, mod }) => {
      const ann = await join(uniqueName("hall"), person("ann"));
      await register(ann);
      await join(uniqueName("club"), ann.person);
      const inside = await join(room, ann.person);
      await fails(inside, {
        ...{ type: "moderate", action: "mute", username: mod.name },
      });
    },
  ],
  [
    "another spelling of the path by HTTP",
    async ({ room, mod }) => {
      const token = await appToken({
        ...{ sub: uniqueId(), roles: { "other-*": "owner" } },
      });
      for (const path of [
        `/rooms/other-x%2F..%2F${room}/moderate`,
        `/rooms/other-x/../${room}/moderate`,
        `/rooms//${room}/moderate`,
        `/rooms/${room}/moderate/`,
        `/ROOMS/${room}/moderate`,
      ]) {
        const body = { action: "mute", username: mod.name };
        const { status } = await post(path, token, body);
        expect([400, 401, 403, 404, 405]).toContain(status);
      }
      expect((await askRaw(`/rooms/${room}`, {})).status).toBe(200);
    },
  ],
];
