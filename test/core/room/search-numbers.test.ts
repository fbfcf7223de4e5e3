// Search numbers: test the numbers of the events that a page of results covers.
import { expect, test } from "vitest";
import { moderatedRoom } from "../support/moderated-room.ts";

test("a member finds nothing before the first message, by numbers that are counts", () => {
  const { world, mod, bob } = moderatedRoom();
  mod.send({ type: "message", text: "red fox" });
  world.pass(1000);
  bob.send({ type: "search", text: "fox", before: 0 });
  const { messages, more, from, to } = bob.last("results");
  expect({ messages, more, to }).toEqual({
    messages: [],
    more: false,
    to: 0,
  });
  expect(from).toBeGreaterThanOrEqual(0);
});
