// Act attempts: acts of a moderator by those who may not, and by each door.
import { expect } from "vitest";
import { connect } from "../../conformance/support/client.ts";
import { joinText } from "../../conformance/support/members.ts";
import {
  person,
  secret,
  uniqueName,
} from "../../conformance/support/people.ts";
import { SocketIoUser } from "../../conformance/support/socketio-user.ts";
import { ADMIN } from "./attack-target.ts";
import {
  type Attempt,
  appToken,
  type Fields,
  fails,
  knock,
  refusedByHttp,
  works,
} from "./attempts.ts";
/** Each act, with the target where it needs one. */
export function actsOn(username: string): Fields[] {
  const on = { type: "moderate", username };
  const room = { type: "moderate" };
  return [
    { ...on, action: "mute", for: 60 },
    { ...on, action: "unmute" },
    { ...on, action: "purge", for: 60 },
    { ...on, action: "role", role: "moderator" },
    { ...on, action: "role", role: "none" },
    { ...on, action: "member" },
    { ...on, action: "unmember" },
    { ...room, action: "slow", seconds: 1 },
    { ...room, action: "slow", seconds: 0 },
    { ...room, action: "lock" },
    { ...room, action: "unlock" },
    { ...room, action: "topic", text: "mine" },
    { ...room, action: "access", access: "registered" },
    { ...room, action: "access", access: "open" },
    { ...room, action: "invite", code: secret() },
    { ...room, action: "uninvite" },
    { ...on, action: "kick" },
    { ...on, action: "unban" },
    { ...on, action: "ban" },
    { ...on, action: "unban" },
  ];
}

/** The acts on a person, which nobody may do upward or sideways. */
export const personal = (username: string) =>
  actsOn(username).filter(
    ({ username, action, role }) =>
      username !== undefined &&
      !`${action}`.startsWith("un") &&
      action !== "member" &&
      role !== "moderator",
  );

const nameOf = ({ action, role, seconds, access }: Fields) =>
  [action, role ?? seconds ?? access].filter((part) => part !== undefined);

const OWN_ACTS: Attempt[] = actsOn("").map((act, index) => [
  `a guest's act: ${nameOf(act).join(" ")}`,
  async ({ bob, mod }) => {
    const frame = actsOn(mod.name)[index];
    await fails(bob, frame ?? {});
  },
]);

const UPWARD: Attempt[] = personal("").flatMap((act, index) => [
  [
    `a moderator's act against the owner: ${nameOf(act).join(" ")}`,
    async ({ mod, owner }) => fails(mod, personal(owner.name)[index] ?? {}),
  ],
  [
    `a moderator's act against oneself: ${nameOf(act).join(" ")}`,
    async ({ mod }) => fails(mod, personal(mod.name)[index] ?? {}),
  ],
]);

const DOORS: Attempt[] = [
  [
    "moderate before the join",
    async ({ room, mod }) => {
      const client = await connect(room);
      client.send({ type: "moderate", action: "mute", username: mod.name });
      await client.next("error", { code: "not_joined" });
    },
  ],
  [
    "a join frame that names a role",
    async ({ room }) => {
      const { client, first } = await knock(room, person("eve"), {
        ...{ role: "owner", roles: { "*": "owner" }, details: true },
      });
      expect(first).toMatchObject({ type: "welcome" });
      expect(first).not.toHaveProperty("role");
      await fails(client, { type: "moderate", action: "lock" });
    },
  ],
  [
    "typed lines",
    async ({ room, mod }) => {
      const eve = await joinText(room, person("eve"));
      for (const line of [`/kick ${mod.name}`, "/lock", `/op ${eve.name}`]) {
        eve.send(line);
        await eve.lineLike(/^! /);
      }
    },
  ],
  [
    "a Socket.IO event",
    async ({ room, mod }) => {
      const { name: username, token } = person("eve");
      const eve = new SocketIoUser(`/${room}`, { auth: { token, username } });
      await eve.next("connect");
      eve.socket.emit("moderate", { action: "lock" });
      eve.socket.emit("new message", `/kick ${mod.name}`);
      eve.socket.emit("new message", { type: "moderate", action: "lock" });
      const answered = await eve.socket
        .timeout(10_000)
        .emitWithAck("moderate", { action: "lock" })
        .catch(() => ({ error: "no answer" }));
      expect(answered).toMatchObject({ error: expect.stringMatching(/./) });
    },
  ],
  [
    "HTTP with a guest's secret",
    (scene) =>
      refusedByHttp(scene, "/rooms/ROOM/moderate", scene.bob.person.token),
  ],
  [
    "HTTP with a moderator's secret, which is none of the app",
    (scene) =>
      refusedByHttp(scene, "/rooms/ROOM/moderate", scene.mod.person.token),
  ],
  [
    "HTTP with nothing",
    (scene) => refusedByHttp(scene, "/rooms/ROOM/moderate", null),
  ],
  [
    "HTTP with a token of the app's user, who has no role",
    async (scene) =>
      refusedByHttp(
        scene,
        "/rooms/ROOM/moderate",
        await appToken({ sub: "eve", username: uniqueName("eve") }),
      ),
  ],
  [
    "HTTP with the scope moderate in a user's own claim of another app",
    async (scene) =>
      refusedByHttp(
        scene,
        "/admin/rooms/ROOM/moderate",
        await appToken({ sub: "eve", scope: "moderate admin" }),
      ),
  ],
  [
    "the admin's route with a wrong secret",
    (scene) => refusedByHttp(scene, "/admin/rooms/ROOM/moderate", `${ADMIN}!`),
  ],
  [
    "a private message that looks like an act",
    async ({ bob, mod }) => {
      const text = JSON.stringify({ type: "moderate", action: "lock" });
      await bob.sendPrivate(mod.name, text);
      await bob.sendPrivate(mod.name, `/op ${bob.name}`);
    },
  ],
  [
    "a message whose text and data look like an act",
    async ({ bob }) => {
      await works(bob, {
        ...{ type: "message", text: `/say /op ${bob.name}` },
        data: { type: "moderated", action: "role", role: "owner" },
      });
    },
  ],
];

export const actAttempts = [...OWN_ACTS, ...UPWARD, ...DOORS];
