// Entry attempts: ways into rooms of members and private rooms, and to their words.
import { expect } from "vitest";
import { register } from "../../conformance/support/attack.ts";
import { askRaw, post } from "../../conformance/support/http-client.ts";
import { join } from "../../conformance/support/members.ts";
import {
  type ModeratedRoom,
  openModeratedRoom,
} from "../../conformance/support/moderators.ts";
import {
  person,
  secret,
  uniqueId,
  uniqueName,
} from "../../conformance/support/people.ts";
import { type Attempt, act, exportOf, knock, works } from "./attempts.ts";

/** A registered user outside of the room. */
async function outsider(name: string) {
  const member = await join(uniqueName("hall"), person(name));
  await register(member);
  return member.person;
}

async function invitation(scene: ModeratedRoom, uses = 1) {
  const code = secret();
  const frame = { type: "moderate", action: "invite", code, uses };
  await works(scene.owner, frame);
  const access = { type: "moderate", action: "access", access: "members" };
  await works(scene.owner, access);
  return code;
}

export const entryAttempts: Attempt[] = [
  [
    "a guessed code, a part of it, and its forms",
    async (scene) => {
      const code = await invitation(scene);
      const eve = await outsider("eve");
      const guesses: unknown[] = [secret(), code.slice(1), `${code} `, [code]];
      for (const invite of guesses) {
        const { first } = await knock(scene.room, eve, { invite });
        expect(first.type).toBe("error");
      }
      const { first } = await knock(scene.room, eve, { invite: code });
      expect(first).toMatchObject({ type: "welcome" });
    },
  ],
  [
    "twenty who use one code at once",
    async (scene) => {
      const code = await invitation(scene);
      const crowd = await Promise.all(
        Array.from({ length: 20 }, () => outsider("racer")),
      );
      const answers = await Promise.all(
        crowd.map((who) => knock(scene.room, who, { invite: code })),
      );
      const types = answers.map(({ first }) => first.type).sort();
      expect(types.filter((type) => type === "welcome")).toHaveLength(1);
      expect(types.filter((type) => type === "error")).toHaveLength(19);
    },
  ],
  [
    "the code of another room",
    async (scene) => {
      await invitation(scene);
      const code = await invitation(await openModeratedRoom());
      const eve = await outsider("eve");
      const { first } = await knock(scene.room, eve, { invite: code });
      expect(first).toMatchObject({ code: "forbidden" });
    },
  ],
  [
    "the code after it has ended, and after unmember",
    async (scene) => {
      const code = await invitation(scene, 1);
      const eve = await outsider("eve");
      const { first, client } = await knock(scene.room, eve, { invite: code });
      expect(first).toMatchObject({ type: "welcome" });
      await act(scene, "unmember", eve);
      expect(await client.closed()).toMatchObject({ code: 4500 });
      const again = await knock(scene.room, eve, { invite: code });
      expect(again.first).toMatchObject({ code: "forbidden" });
      const second = await invitation(scene, 5);
      await works(scene.owner, { type: "moderate", action: "uninvite" });
      const third = await knock(scene.room, eve, { invite: second });
      expect(third.first).toMatchObject({ code: "forbidden" });
    },
  ],
  [
    "reading the code in events, pages and exports",
    async (scene) => {
      const code = await invitation(scene);
      const page = await scene.mod.unread();
      expect(JSON.stringify(page)).toContain('"invite"');
      expect(JSON.stringify(page)).not.toContain(code);
      expect(await exportOf(scene.room)).not.toContain(code);
    },
  ],
  [
    "reading a members' room by another door",
    async (scene) => {
      const word = uniqueName("word");
      await scene.owner.sendMessage(word);
      await invitation(scene);
      const { token } = await outsider("eve");
      for (const path of ["", "/messages", "/messages?limit=1&before=9"])
        for (const headers of [{}, { Authorization: `Bearer ${token}` }]) {
          const path_ = `/rooms/${scene.room}${path}`;
          const given = await askRaw(path_, headers);
          expect([401, 403]).toContain(given.status);
          expect(given.text).not.toContain(word);
        }
    },
  ],
  [
    "telling a private room that exists from one that does not",
    async () => {
      const heard = new Set<string>();
      for (const room of [uniqueName("vault"), "vault-known"]) {
        const { first } = await knock(room, person("eve"));
        const invited = await knock(room, person("eve"), { invite: secret() });
        const page = await askRaw(`/rooms/${room}/messages`, {});
        const sent = await post(`/rooms/${room}/messages`, secret(), {
          ...{ username: uniqueName("eve"), text: "hello", id: uniqueId() },
        });
        const all = [first, invited.first, page.status, page.text];
        heard.add(JSON.stringify([...all, sent.status, sent.text]));
      }
      expect(heard.size).toBe(1);
    },
  ],
];
