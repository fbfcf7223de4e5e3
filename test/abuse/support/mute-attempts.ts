// Mute attempts: ways around a mute, a lock and slow mode.
import { expect } from "vitest";
import { post } from "../../conformance/support/http-client.ts";
import { join } from "../../conformance/support/members.ts";
import { person, uniqueName } from "../../conformance/support/people.ts";
import { type Attempt, act, fails, works } from "./attempts.ts";

/** Each frame by which somebody speaks, about the message `of`. */
const SPEECH: [string, (of: number, to: string) => object][] = [
  ["a message", () => ({ type: "message", text: "psst" })],
  ["an edit", (of) => ({ type: "edit", of, text: "psst" })],
  ["a reaction", (of) => ({ type: "react", of, emoji: "👍", on: true })],
  ["an answer", (of) => ({ type: "message", text: "psst", replyTo: of })],
  ["a thread", (of) => ({ type: "message", text: "psst", thread: of })],
  ["a private message", (_, to) => ({ type: "private", to, text: "psst" })],
  ["a command", () => ({ type: "command", name: "psst", args: "" })],
  ["a report", (of) => ({ type: "report", of, reason: "psst" })],
  ["the topic", () => ({ type: "moderate", action: "topic", text: "psst" })],
];

export const muteAttempts: Attempt[] = [
  ...SPEECH.map(
    ([name, frame]): Attempt => [
      name,
      async (scene) => {
        const { bob, owner } = scene;
        const { seq } = await bob.sendMessage("before");
        const { seq: hers } = await owner.sendMessage("hers");
        await act(scene, "mute", bob, { for: 3600 });
        const of = name === "an edit" ? seq : hers;
        await fails(
          bob,
          { ...frame(of, owner.name) },
          /^(muted|forbidden|unknown_command)$/,
        );
        expect(JSON.stringify(await owner.unread())).not.toContain("psst");
        // One may still take back one's own words.
        await works(bob, { type: "delete", of: seq });
      },
    ],
  ),
  [
    "a second tab, another name and a new join",
    async (scene) => {
      const { bob, room } = scene;
      const tab = await join(room, bob.person, { device: "tab" });
      const name = uniqueName("robert");
      await act(scene, "mute", bob, { for: 3600 });
      const frame = { type: "message", text: "psst" };
      await fails(tab, frame, "muted");
      const other = await join(room, { ...bob.person, name });
      expect(other.welcome).toHaveProperty("muted");
      await fails(other, frame, "muted");
      await act(scene, "unmute", bob);
      await works(tab, frame);
    },
  ],
  [
    "HTTP",
    async (scene) => {
      const { name: username, token } = scene.bob.person;
      await act(scene, "mute", scene.bob, { for: 3600 });
      const path = `/rooms/${scene.room}/messages`;
      const given = await post(path, token, { username, text: "psst" });
      expect(given.status).toBe(403);
    },
  ],
  [
    "a lock",
    async ({ owner, bob, room }) => {
      await works(owner, { type: "moderate", action: "lock" });
      const { seq: of } = await owner.sendMessage("quiet, please");
      const other = await join(room, person("carol"));
      for (const client of [bob, other])
        for (const [name, frame] of SPEECH.slice(0, 5))
          if (name !== "an edit")
            await fails(client, { ...frame(of, owner.name) }, "muted");
      await works(owner, { type: "moderate", action: "unlock" });
      await works(bob, { type: "message", text: "thanks" });
    },
  ],
  [
    "slow mode by tabs, names and joins",
    async ({ owner, bob, room }) => {
      await works(owner, { type: "moderate", action: "slow", seconds: 3600 });
      const tab = await join(room, bob.person, { device: "tab" });
      await works(bob, { type: "message", text: "first" });
      const frame = { type: "message", text: "psst" };
      await fails(tab, frame, "rate_limited");
      const name = uniqueName("robert");
      const other = await join(room, { ...bob.person, name });
      await fails(other, frame, "rate_limited");
      const { seq: of } = await owner.sendMessage("hers");
      await fails(other, { ...frame, thread: of }, "rate_limited");
    },
  ],
];
