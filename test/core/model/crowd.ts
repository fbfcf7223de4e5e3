// Crowd: one user with many connections makes the lobby so busy that messages wait for their flush.
import assert from "node:assert/strict";
import { join } from "../support/people.ts";
import type { World } from "../support/world.ts";

export function fillLobby(world: World, connections: number): void {
  const peers = Array.from({ length: connections }, (_, i) =>
    join(world, "lobby", "listener", {
      device: `listener-${i}`,
      history: 0,
      query: { batch: true },
    }),
  );
  for (const peer of peers) peer.ignoresFrames = true;
  const [talker] = peers;
  assert.ok(talker !== undefined);
  for (let sent = 0; talker.host.timer === null; sent++) {
    assert.ok(sent < 5000, "the room never gets busy");
    talker.send("noise");
  }
}
