// Hook test: people talk in a chat in memory, without sockets.
import assert from "node:assert/strict";
import { test } from "node:test";
import { createTestChat } from "edge-chat/testing";
import { hooks } from "./hooks.ts";

test("a link is refused, and bob never sees it", async () => {
  const chat = createTestChat({ hooks });
  const ann = await chat.join("lobby", "ann");
  const bob = await chat.join("lobby", "bob");
  await ann.send(" hi ");
  await assert.rejects(ann.send("see https://spam.example"), {
    code: "forbidden",
  });
  assert.deepEqual(
    bob.messages.map(({ text }) => text),
    ["hi"],
  );
});
