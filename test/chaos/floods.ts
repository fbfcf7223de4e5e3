// Flood campaign: one client sends as much as it can, and the members of a room notice nothing.
import { once } from "node:events";
import { setTimeout as pause } from "node:timers/promises";
import { WebSocket } from "ws";
import { SeededRandom } from "../client/support/seeded-random.ts";
import type { HostName } from "../hosts/killable-server.ts";
import { Member } from "./support/member.ts";
import {
  type ObservedServer,
  startObserved,
} from "./support/observed-server.ts";
import { megabytes, quantile, round } from "./support/statistics.ts";

export interface FloodOptions {
  readonly host: HostName;
  readonly seed: number;
  /** The part of each flood that is sent: 1 for all of it. */
  readonly scale: number;
}

const HUGE = 30 * 1024 * 1024;
/** The close code for a message above the host's limit. */
const TOO_LARGE = 1009;
const RANDOM_FRAMES = 10_000;
const JOINS = 1000;
const ROOMS = 1000;
/** Connections that are opened at the same time. */
const AT_ONCE = 50;
const FLOOD = 4003;

interface Scene {
  readonly server: ObservedServer;
  readonly room: string;
  readonly chance: SeededRandom;
  readonly scale: number;
}

/**
 * Each function is one attack.
 *
 * @returns its outcome in words
 */
const FLOODS: Readonly<Record<string, (scene: Scene) => Promise<string>>> = {
  "a frame of 30 MB": hugeFrame,
  "10,000 random frames": randomFrames,
  "talk, until it is closed": chatter,
  "1,000 joins a second, one client": joins,
  "1,000 rooms made up": madeUpRooms,
};

export async function floods({ host, seed, scale }: FloodOptions) {
  const server = await startObserved(host, {});
  const room = `floods-${seed}`;
  try {
    const alice = await Member.join(server.url, room, `alice${seed}`);
    const bob = await Member.join(server.url, room, `bob${seed}`);
    const scene = { server, room, chance: new SeededRandom(seed), scale };
    const figures: Record<string, string> = {
      quiet: said(await probe(alice, bob, pause(3000))),
    };
    for (const [name, flood] of Object.entries(FLOODS)) {
      const before = server.memoryBytes();
      const raging = flood(scene);
      const acks = await probe(alice, bob, raging);
      const grown = megabytes(server.memoryBytes() - before);
      figures[name] = `${said(acks)}; ${await raging}; memory ${grown}`;
    }
    const health = await fetch(`${server.url}/health`);
    if (!health.ok) throw new Error(`/health says ${health.status}.`);
    return figures;
  } finally {
    await server.stop();
  }
}

/**
 * Alice and bob send messages during the attack.
 *
 * @returns ms until each ack
 * @throws Error if one of them gets an error or is disconnected
 */
async function probe(
  alice: Member,
  bob: Member,
  raging: Promise<unknown>,
): Promise<number[]> {
  const acks: number[] = [];
  let isOver = false;
  const over = raging.finally(() => {
    isOver = true;
  });
  while (!isOver) {
    for (const member of [alice, bob])
      acks.push(await member.sendMessage("hello"));
    await pause(450);
  }
  await over;
  for (const { username, frames, closed } of [alice, bob]) {
    const odd = frames.find(({ type }) => type === "error");
    if (odd !== undefined || closed !== null)
      throw new Error(`${username}: ${JSON.stringify(odd)}, ${closed}`);
  }
  return acks;
}

/** Sent to a joined room: it is refused, or the connection ends. */
async function hugeFrame({ server, room, chance }: Scene): Promise<string> {
  const troll = await Member.join(server.url, room, `troll${chance.next()}`);
  troll.socket.send("x".repeat(HUGE));
  try {
    const { code } = await troll.next(({ type }) => type === "error");
    return `${code}`;
  } catch (error) {
    if (troll.closed !== TOO_LARGE) throw error;
    return `closed with ${TOO_LARGE}`;
  } finally {
    troll.drop();
  }
}

async function randomFrames(scene: Scene): Promise<string> {
  const { server, room, chance, scale } = scene;
  let [sent, connections] = [0, 0];
  const answers = new Map<string, number>();
  while (sent < RANDOM_FRAMES * scale) {
    connections++;
    const troll = await Member.join(server.url, room, `troll${chance.next()}`);
    while (troll.closed === null && sent < RANDOM_FRAMES * scale) {
      troll.socket.send(randomFrame(chance));
      if (++sent % 20 === 0) await pause(1);
    }
    troll.drop();
    for (const { type, code } of troll.frames)
      if (type === "error")
        answers.set(`${code}`, (answers.get(`${code}`) ?? 0) + 1);
  }
  const told = [...answers].map(([code, count]) => `${count} ${code}`);
  return `${sent} by ${connections} connections: ${told.join(", ")}`;
}

/** Bytes, text, or JSON that resembles a frame. */
function randomFrame(chance: SeededRandom): Buffer | string {
  const bytes = Buffer.from(
    Array.from({ length: chance.integer(0, 200) }, () =>
      chance.integer(0, 255),
    ),
  );
  const type = chance.pick(["message", "private", "join", "who", "x", "leave"]);
  switch (chance.integer(1, 4)) {
    case 1:
      return bytes;
    case 2:
      return bytes.toString("latin1");
    case 3:
      return `{"type":"${type}",${JSON.stringify(bytes.toString("utf8"))}:1`;
    default:
      return JSON.stringify({
        type,
        text: chance.pick([1, null, [], "", bytes.toString("utf8")]),
        to: chance.pick([{}, "\u202e", "a".repeat(99)]),
      });
  }
}

async function joins({ server, room, chance, scale }: Scene): Promise<string> {
  const begun = performance.now();
  const answers = new Map<string, number>();
  const total = JOINS * scale;
  for (let n = 0; n < total; n += AT_ONCE) {
    const wave = Array.from({ length: AT_ONCE }, (_, i) =>
      joinOnce(server, room, `j${n + i}x${chance.integer(1, 1e6)}`),
    );
    for (const answer of await Promise.all(wave))
      answers.set(answer, (answers.get(answer) ?? 0) + 1);
  }
  const rate = round((1000 * total) / (performance.now() - begun));
  const told = [...answers].map(([answer, count]) => `${count} ${answer}`);
  return `${rate} a second: ${told.join(", ")}`;
}

/**
 * @returns the answer in words; after too many connections a new one is refused
 */
async function joinOnce({ url }: ObservedServer, room: string, name: string) {
  try {
    const troll = await Member.join(url, room, name);
    const { type, code } = troll.frames[0] ?? { type: "nothing" };
    troll.drop();
    return String(code ?? type);
  } catch {
    return "refused";
  }
}

/** Sends as much as possible and ignores the answers. */
async function chatter({
  server,
  room,
  chance,
  scale,
}: Scene): Promise<string> {
  const troll = await Member.join(server.url, room, `troll${chance.next()}`);
  let sent = 0;
  while (troll.closed === null && sent < RANDOM_FRAMES * scale) {
    troll.send({ type: "message", text: "spam" });
    if (++sent % 20 === 0) await pause(1);
  }
  // A server slower than its rate limit refuses too few messages in a row.
  const { closed } = troll;
  if (closed !== null && closed !== FLOOD)
    throw new Error(`Closed with ${closed}.`);
  troll.drop();
  return closed === null ? `${sent} sent` : `closed with ${closed}`;
}

/** Rooms that are read, or connected to, but never joined. */
async function madeUpRooms(scene: Scene): Promise<string> {
  const { server, chance, scale } = scene;
  const { host } = new URL(server.url);
  const total = ROOMS * scale;
  for (let n = 0; n < total; n += AT_ONCE) {
    const wave = Array.from({ length: AT_ONCE }, async (_, i) => {
      const room = `made-up-${chance.integer(1, 1e9)}`;
      if (i % 2 === 0) {
        await (await fetch(`${server.url}/rooms/${room}`)).text();
        return;
      }
      const socket = new WebSocket(`ws://${host}/rooms/${room}`);
      // It may be refused.
      await once(socket, "open").catch(() => undefined);
      socket.terminate();
    });
    await Promise.all(wave);
  }
  return `${total} rooms`;
}

function said(acks: readonly number[]): string {
  return `acks p50 ${round(quantile(acks, 0.5))} ms, p99 ${round(quantile(acks, 0.99))} ms`;
}
