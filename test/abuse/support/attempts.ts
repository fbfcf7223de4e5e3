// Attempts: the tools of an attacker, and the checks that an attempt has changed nothing.
import { expect } from "vitest";
import { answer, register } from "../../conformance/support/attack.ts";
import { type Client, connect } from "../../conformance/support/client.ts";
import { askRaw, post } from "../../conformance/support/http-client.ts";
import {
  join,
  joinFrame,
  type Member,
} from "../../conformance/support/members.ts";
import type { ModeratedRoom } from "../../conformance/support/moderators.ts";
import {
  type Person,
  person,
  uniqueId,
  uniqueName,
} from "../../conformance/support/people.ts";
import { signToken, tokenClaims } from "../../http/support/jwt-app.ts";
import { ADMIN } from "./attack-target.ts";

/** One attempt: its name, and the deed with its own checks. */
export type Attempt = readonly [
  string,
  (scene: ModeratedRoom) => Promise<unknown>,
];

/** Any fields of a frame. */
export type Fields = Readonly<Record<string, unknown>>;

/** Sends a frame with an id; returns the answer to it. */
export async function tell(client: Client, frame: Fields): Promise<Fields> {
  const id = uniqueId();
  client.send({ id, ...frame });
  return client.inbox.next(
    (given) =>
      (given.type === "ack" && given.id === (frame.id ?? id)) ||
      (given.type === "error" && (given.id ?? id) === (frame.id ?? id)),
    `an answer to ${JSON.stringify(frame)}`,
  );
}

/** The frame is refused with this code. */
export async function fails(
  client: Client,
  frame: Fields,
  code: string | RegExp = "forbidden",
): Promise<Fields> {
  const given = await tell(client, frame);
  expect(given).toMatchObject({
    type: "error",
    code: typeof code === "string" ? code : expect.stringMatching(code),
  });
  return given;
}

/** The same frame succeeds for one who may: the check above can fail. */
export async function works(client: Client, frame: Fields): Promise<Fields> {
  const given = await tell(client, frame);
  expect(given, JSON.stringify([frame, given])).toMatchObject({ type: "ack" });
  return given;
}

/** Shows a secret or a token at a room. @returns the answer */
export async function knock(
  room: string,
  who: Person,
  fields: Fields = {},
): Promise<{ client: Client; first: Fields }> {
  const client = await connect(room);
  client.send({ ...joinFrame(who), ...fields });
  const first: Fields = { ...(await answer(client)) };
  return { client, first };
}

/** The role of each member of the room, by name. */
export async function rolesOf(member: Member): Promise<Fields> {
  member.send({ type: "who", details: true });
  const frame = await member.next("members");
  const { details }: Fields = { ...frame };
  const people = Array.isArray(details) ? details : [];
  return Object.fromEntries(
    people.map(({ username, role }) => [username, role ?? "none"]),
  );
}

/** Nobody has got or lost a role, and nobody was thrown out. */
export async function expectUnchanged({ owner, mod, bob }: ModeratedRoom) {
  expect(await rolesOf(owner)).toMatchObject({
    [owner.name]: "owner",
    [mod.name]: "moderator",
    [bob.name]: "none",
  });
}

/** A valid token of the app. */
export function appToken(claims: Fields): Promise<string> {
  return signToken(tokenClaims({ aud: "chat", ...claims }));
}

/** Reads the whole log of a room as its operator does. */
export async function exportOf(room: string): Promise<string> {
  const { status, text } = await askRaw(`/admin/rooms/${room}/export`, {
    Authorization: `Bearer ${ADMIN}`,
  });
  expect(status).toBe(200);
  return text;
}

/** Another moderator of the room. */
export async function secondModerator({ room, owner }: ModeratedRoom) {
  const eve = await join(uniqueName("hall"), person("eve"));
  await register(eve);
  const inside = await join(room, eve.person);
  await works(owner, {
    ...{ type: "moderate", action: "role", role: "moderator" },
    username: eve.name,
  });
  return inside;
}

/** A forger asks by HTTP, and is refused. */
export async function refusedByHttp(
  { room, mod }: ModeratedRoom,
  path: string,
  token: string | null,
) {
  const body = { action: "mute", username: mod.name, for: 60 };
  const given = await post(path.replace("ROOM", room), token, body);
  expect([400, 401, 403, 404]).toContain(given.status);
}

export async function expectNoRole(who: Member) {
  expect(who.welcome).not.toHaveProperty("role");
  expect((await rolesOf(who))[who.name]).toBe("none");
  await fails(who, { type: "moderate", action: "lock" });
}

/** The owner acts on a person. */
export const act = (
  { owner }: ModeratedRoom,
  action: string,
  { name: username }: { readonly name: string },
  more: object = {},
) => works(owner, { type: "moderate", action, username, ...more });
