// Hook test: each hook decides in a chat in memory, without sockets.
import assert from "node:assert/strict";
import { test } from "node:test";
import { createTestChat } from "edge-chat/testing";
import { hooks } from "./hooks.ts";

async function talk() {
  const chat = createTestChat({ hooks });
  const ann = await chat.join("lobby", "ann");
  const bob = await chat.join("lobby", "bob");
  return { chat, ann, bob };
}

test("bob does not see the rude word", async () => {
  const { ann, bob } = await talk();
  await ann.send("You fool!");
  assert.equal(bob.messages[0]?.text, "You ***!");
});

test("an unfriendly text is refused after a while, and order is kept", async () => {
  const { ann, bob } = await talk();
  const shout = ann.send("GO AWAY FROM MY CHAT ROOM");
  const calm = ann.send("Sorry, I did not mean it like that.");
  await assert.rejects(shout, { code: "forbidden" });
  assert.equal((await calm).seq, 1);
  assert.equal(bob.messages.length, 1);
});

test("everybody sees the roll of the dice", async () => {
  const { ann, bob } = await talk();
  await ann.type("/roll 20");
  assert.match(bob.messages[0]?.text ?? "", /^rolls \d+ of 20$/);
  await ann.type("/roll many");
  assert.equal(bob.messages.length, 1);
});

test("a guest may not enter the staff's room", async () => {
  const { chat } = await talk();
  await assert.rejects(chat.join("staff", "ann"), { code: "forbidden" });
});
