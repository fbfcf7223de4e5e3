// Network attempts: ways of a guest around a ban that holds for the guest's network.
import { expect } from "vitest";
import { answer, register } from "../../conformance/support/attack.ts";
import { connect } from "../../conformance/support/client.ts";
import { post } from "../../conformance/support/http-client.ts";
import { join, joinFrame } from "../../conformance/support/members.ts";
import type { ModeratedRoom } from "../../conformance/support/moderators.ts";
import {
  type Person,
  person,
  uniqueName,
} from "../../conformance/support/people.ts";
import { SocketIoUser } from "../../conformance/support/socketio-user.ts";
import { type Attempt, act, type Fields } from "./attempts.ts";

const BANNED = "203.0.113.7";
const REFUSED = { code: "banned", reason: "network_banned" };

/** Each host reads one of them. */
function from(address: string) {
  return { "CF-Connecting-IP": address, "X-Forwarded-For": address };
}

/** @returns the answer to a join from an address */
async function knockFrom(
  room: string,
  address: string,
  who: Person = person("mallory"),
  fields: Fields = {},
): Promise<Fields> {
  const client = await connect(room, { headers: from(address) });
  client.send({ ...joinFrame(who), ...fields });
  return { ...(await answer(client)) };
}

/** Eve, a guest, is banned with her network. */
async function banEve(scene: ModeratedRoom, address = BANNED): Promise<Person> {
  const eve = person("eve");
  const client = await connect(scene.room, { headers: from(address) });
  client.send(joinFrame(eve));
  await client.next("welcome");
  await act(scene, "ban", eve, { for: 3600 });
  expect(await client.closed()).toMatchObject({ code: 4502 });
  return eve;
}

const refused =
  (fields: Fields = {}, who = () => person("mallory")): Attempt[1] =>
  async (scene) => {
    const eve = await banEve(scene);
    const given = await knockFrom(scene.room, BANNED, who(), fields);
    expect(given).toMatchObject(REFUSED);
    expect(given).not.toHaveProperty("until");
    // The same attempt succeeds once the ban is lifted.
    await act(scene, "unban", eve);
    const { type } = await knockFrom(scene.room, BANNED, who(), fields);
    expect(type).toBe("welcome");
  };

export const networkAttempts: Attempt[] = [
  ["a new secret", refused()],
  ["another device", refused({ device: "a-second-device" })],
  ["a resume", refused({ since: 0, epoch: "any", mailSince: 0 })],
  ["a claim to be the app's", refused({ data: {}, rooms: ["*"] })],
  [
    "the URL",
    async (scene) => {
      await banEve(scene);
      const client = await connect(scene.room, {
        query: { username: uniqueName("mallory") },
        headers: from(BANNED),
      });
      expect(await client.closed()).toMatchObject({ code: 4502 });
    },
  ],
  [
    "another spelling of the address",
    async (scene) => {
      await banEve(scene);
      const mapped = await knockFrom(scene.room, `::ffff:${BANNED}`);
      expect(mapped).toMatchObject(REFUSED);
    },
  ],
  [
    "another address of the same IPv6 network",
    async (scene) => {
      await banEve(scene, "2001:db8:1:2::7");
      const near = await knockFrom(scene.room, "2001:db8:1:2:ffff::8");
      expect(near).toMatchObject(REFUSED);
      const far = await knockFrom(scene.room, "2001:db8:1:3::7");
      expect(far.type).toBe("welcome");
    },
  ],
  [
    "a Socket.IO client",
    async (scene) => {
      await banEve(scene);
      const { name: username, token } = person("mallory");
      const options = {
        auth: { token, username },
        extraHeaders: from(BANNED),
      };
      for (const transports of [["websocket"], ["polling"]]) {
        const socket = new SocketIoUser(`/${scene.room}`, {
          ...options,
          transports,
        });
        expect((await socket.next("connect_error"))[1]).toMatchObject({
          code: "banned",
        });
      }
    },
  ],
  [
    "a message over HTTP",
    async (scene) => {
      await banEve(scene);
      const { name: username, token } = person("mallory");
      const publish = (address: string) =>
        post(
          `/rooms/${scene.room}/messages`,
          token,
          { username, text: "hello" },
          from(address),
        );
      expect((await publish(BANNED)).status).toBe(403);
      expect((await publish("203.0.113.8")).status).toBe(201);
    },
  ],
];

/** Who is none of the new guests of the network comes in as before. */
export async function othersComeIn(scene: ModeratedRoom) {
  const inside = person("ines");
  const client = await connect(scene.room, { headers: from(BANNED) });
  client.send(joinFrame(inside));
  await client.next("welcome");
  const ruth = await join(uniqueName("hall"), person("ruth"));
  await register(ruth);
  await banEve(scene);
  const room = scene.room;
  const welcome = { type: "welcome" };
  expect(await knockFrom(room, BANNED, inside)).toMatchObject(welcome);
  expect(await knockFrom(room, BANNED, ruth.person)).toMatchObject(welcome);
  expect(await knockFrom(room, "203.0.113.8")).toMatchObject(welcome);
  const other = uniqueName("hall");
  expect(await knockFrom(other, BANNED)).toMatchObject(welcome);
  expect(await knockFrom(room, "127.0.0.1")).toMatchObject(welcome);
  expect(await knockFrom(room, "10.0.0.7")).toMatchObject(welcome);
}
