// Ban attempts: ways around a ban.
import { expect } from "vitest";
import { answer, register } from "../../conformance/support/attack.ts";
import { connect } from "../../conformance/support/client.ts";
import { ask, post } from "../../conformance/support/http-client.ts";
import { join, type Member } from "../../conformance/support/members.ts";
import type { ModeratedRoom } from "../../conformance/support/moderators.ts";
import {
  person,
  secret,
  uniqueName,
} from "../../conformance/support/people.ts";
import { SocketIoUser } from "../../conformance/support/socketio-user.ts";
import { type Attempt, act, fails, knock, works } from "./attempts.ts";

/** Bob is banned for an hour, and sees it. */
async function banBob(scene: ModeratedRoom) {
  await act(scene, "ban", scene.bob, { for: 3600 });
  await scene.bob.next("error", { code: "banned" });
  expect(await scene.bob.closed()).toMatchObject({ code: 4502 });
}

/** He is let in again when the ban is lifted: the attempt could succeed. */
async function unbanned(scene: ModeratedRoom) {
  await act(scene, "unban", scene.bob);
  const { first } = await knock(scene.room, scene.bob.person);
  expect(first).toMatchObject({ type: "welcome" });
}

const banned = (fields: object, name?: (bob: Member) => string): Attempt[1] => {
  return async (scene) => {
    await banBob(scene);
    const { bob, room } = scene;
    const who = { ...bob.person, name: name?.(bob) ?? bob.name };
    const { first } = await knock(room, who, { ...fields });
    expect(first).toMatchObject({ type: "error", code: "banned" });
    await unbanned(scene);
  };
};

export const banAttempts: Attempt[] = [
  ["joining again", banned({})],
  ["another device", banned({ device: "a-second-device" })],
  ["another name", banned({}, () => uniqueName("robert"))],
  ["the name in capitals", banned({}, ({ name }) => name.toUpperCase())],
  [
    "a claim to be the app's",
    banned({ data: { role: "owner" }, rooms: ["*"] }),
  ],
  ["a resume from before", banned({ since: 0, epoch: "any", mailSince: 0 })],
  [
    "a connection that waits for its join",
    async (scene) => {
      const waiting = await connect(scene.room);
      await banBob(scene);
      const { name: username, token } = scene.bob.person;
      waiting.send({ type: "join", username, token });
      expect(await answer(waiting)).toMatchObject({ code: "banned" });
    },
  ],
  [
    "a second tab that was open",
    async (scene) => {
      const tab = await join(scene.room, scene.bob.person, { device: "tab" });
      await banBob(scene);
      await tab.next("error", { code: "banned" });
      expect(await tab.closed()).toMatchObject({ code: 4502 });
    },
  ],
  [
    "a second tab under another name",
    async (scene) => {
      const tab = await join(scene.room, {
        ...scene.bob.person,
        name: uniqueName("robert"),
      });
      await banBob(scene);
      expect(await tab.closed()).toMatchObject({ code: 4502 });
    },
  ],
  [
    "the URL",
    async (scene) => {
      await banBob(scene);
      const { name: username, token } = scene.bob.person;
      const client = await connect(scene.room, {
        query: { username },
        headers: { Authorization: `Bearer ${token}` },
      });
      expect(await client.closed()).toMatchObject({ code: 4502 });
    },
  ],
  [
    "a Socket.IO client",
    async (scene) => {
      await banBob(scene);
      const { name: username, token } = scene.bob.person;
      const auth = { token, username };
      const socket = new SocketIoUser(`/${scene.room}`, { auth });
      expect((await socket.next("connect_error"))[1]).toMatchObject({
        code: "banned",
      });
    },
  ],
  [
    "a secret that is rotated while banned",
    async (scene) => {
      const eve = await join(uniqueName("hall"), person("eve"));
      await register(eve);
      const inside = await join(scene.room, eve.person);
      await inside.sendMessage("hello");
      await act(scene, "ban", eve.person);
      expect(await inside.closed()).toMatchObject({ code: 4502 });
      const token = secret();
      eve.send({ type: "rotate", token });
      await eve.next("rotated");
      const { first } = await knock(scene.room, { name: eve.name, token });
      expect(first).toMatchObject({ code: "banned" });
    },
  ],
  [
    "an invitation",
    async (scene) => {
      const eve = await join(uniqueName("hall"), person("eve"));
      await register(eve);
      const inside = await join(scene.room, eve.person);
      const code = secret();
      await works(scene.owner, { type: "moderate", action: "invite", code });
      await act(scene, "ban", eve.person);
      expect(await inside.closed()).toMatchObject({ code: 4502 });
      const { first } = await knock(scene.room, eve.person, { invite: code });
      expect(first).toMatchObject({ code: "banned" });
      await act(scene, "unban", eve.person);
      const again = await knock(scene.room, eve.person, { invite: code });
      expect(again.first).toMatchObject({ type: "welcome" });
    },
  ],
  [
    "lifting it oneself, from another room",
    async (scene) => {
      const hall = await join(uniqueName("hall"), scene.bob.person);
      await banBob(scene);
      await fails(hall, {
        ...{ type: "moderate", action: "unban", room: scene.room },
        username: scene.bob.name,
      });
      const { first } = await knock(scene.room, scene.bob.person);
      expect(first).toMatchObject({ code: "banned" });
    },
  ],
  [
    "sending by HTTP with the same secret",
    async (scene) => {
      await banBob(scene);
      const { name: username, token } = scene.bob.person;
      const path = `/rooms/${scene.room}/messages`;
      const given = await post(path, token, { username, text: "still here" });
      expect(given.status).toBe(403);
      expect((await ask(path)).text).not.toContain("still here");
    },
  ],
  [
    "frames that were on their way",
    async (scene) => {
      const { owner, bob } = scene;
      const text = uniqueName("late");
      const ban = act(scene, "ban", bob);
      for (let n = 0; n < 20; n++) bob.send({ type: "message", text });
      await ban;
      await bob.closed();
      await owner.sendMessage("after the ban");
      const { text: page } = await ask(`/rooms/${scene.room}/messages`);
      const { messages }: { messages: { text?: string }[] } = JSON.parse(page);
      const after = messages.slice(
        messages.findLastIndex((one) => "target" in one) + 1,
      );
      expect(after.map((one) => one.text)).toEqual(["after the ban"]);
    },
  ],
];
