// Chaos campaigns: runs each campaign of `npm run chaos` briefly, and checks the promises but no figures.
import { expect, test } from "vitest";
import { HOSTS } from "../hosts/killable-server.ts";
import { crash } from "./crash.ts";
import { erasures } from "./erasures.ts";
import { events } from "./events.ts";
import { floods } from "./floods.ts";
import { publishes } from "./publishes.ts";
import { reconnectStorm } from "./reconnect-storm.ts";
import { slowReaders } from "./slow-readers.ts";
import { socketIo } from "./socketio.ts";
import { transfer } from "./transfer.ts";
import { webhooks } from "./webhooks.ts";

const host = HOSTS.find((name) => name === process.env.EDGE_CHAT_HOST);
const seed = Date.now() % 1_000_000;
const here = { host: host ?? "cloudflare", seed } as const;

test("nothing acked is lost, doubled or out of order over a kill of the server", async () => {
  const figures = await crash({ ...here, kills: 1, people: 4 });
  expect(figures["acked in the room"]).toBeGreaterThan(0);
  expect(figures["acked privates"]).toBeGreaterThan(0);
});

test("the app gets everything acked, in order, over a kill of the server", async () => {
  const figures = await events({ ...here, kills: 1, people: 3 });
  expect(figures).toMatchObject({
    "events for the app": figures["stored in the room"],
  });
});

test("a receiver of webhooks that fails too gets everything acked, in order, over a kill of the server", async () => {
  const figures = await webhooks({ ...here, kills: 1, people: 3 });
  expect(figures).toMatchObject({
    "events for the app": figures["stored in the room"],
  });
});

test("a backend's messages are stored once each, as they were acked, over a kill of the server", async () => {
  const figures = await publishes({ ...here, kills: 1, people: 3 });
  expect(figures).toHaveProperty(["published and acked"], expect.any(Number));
});

test("a user who is erased is in no table over a kill of the server", async () => {
  expect(await erasures({ ...here, kills: 1 })).toMatchObject({ kills: 1 });
});

test("a server moves to this host by its rooms and names, over a kill of the new one", async () => {
  const figures = await transfer({ ...here, kills: 1, people: 3 });
  expect(figures["privates before the backup"]).toBeGreaterThan(0);
});

test("a room that is cut at once comes back, misses nothing, and keeps its names", async () => {
  await reconnectStorm({ ...here, connections: 40 });
});

test("who does not read is closed as slow, comes back and misses nothing", async () => {
  await slowReaders({ ...here, seconds: 1, isPatient: false });
});

test("two people talk on while a third does its worst", async () => {
  await floods({ ...here, scale: 0.02 });
});

test("clients of Socket.IO are shown everything once over a cut and a kill, by recovery alone", async () => {
  const figures = await socketIo({ ...here, clients: 6, kills: 1 });
  expect(figures.acked).toBeGreaterThan(0);
});
