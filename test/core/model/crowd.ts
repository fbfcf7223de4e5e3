// One user whose many connections listen in the lobby, until it is so busy that messages wait for their flush.
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
  for (const peer of peers) peer.isDeaf = true;
  const [talker] = peers;
  assert.ok(talker !== undefined);
  for (let said = 0; talker.host.timer === null; said++) {
    assert.ok(said < 5000, "the room never gets busy");
    talker.send("noise");
  }
}
