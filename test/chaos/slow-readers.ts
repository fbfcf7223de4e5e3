// Slow reader campaign: clients that do not read, vanish or reconnect often cost the room little, and recover.
import { randomBytes } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { WebSocket } from "ws";
import { PING } from "../../src/protocol/framing.ts";
import { waitUntil } from "../client/support/live-participant.ts";
import { readLog } from "../client/support/read-log.ts";
import type { HostName } from "../hosts/killable-server.ts";
import { Device } from "./support/device.ts";
import { Member } from "./support/member.ts";
import {
  type ObservedServer,
  startObserved,
} from "./support/observed-server.ts";
import { megabytes, round, same, sum } from "./support/statistics.ts";

export interface SlowReadersOptions {
  readonly host: HostName;
  readonly seed: number;
  /** How long the room is active, before and beside the slow readers. */
  readonly seconds: number;
  /**
   * True: waits until a client that pinged and vanished is disconnected, 90 s.
   */
  readonly isPatient: boolean;
}

const LISTENERS = 18;
/** Messages in flight, and the length of each. */
const WINDOW = 8;
const LENGTH = 3900;
const FLAPS = 30;
/** The runtime drops an idle room's memory after 10 s. */
const ASLEEP_MS = 20_000;
const SILENCE_MS = 95_000;
const PATIENCE_MS = 120_000;

/**
 * A socket that stops reading when it is told to. It answers its client's own
 * pings meanwhile: the client gives a silent connection up after 40 s, and on
 * a slow machine it takes longer than that until 4 MiB wait at the server.
 */
class Stalling extends WebSocket {
  static readonly all: Stalling[] = [];

  constructor(url: string | URL, protocols: string[]) {
    super(url, protocols, { perMessageDeflate: false });
    Stalling.all.push(this);
  }

  override send(data: string): void {
    if (!this.isPaused || data !== PING) super.send(data);
    else this.emit("message", Buffer.from('{"type":"pong"}'), false);
  }
}

export async function slowReaders(options: SlowReadersOptions) {
  const { host, seed, seconds, isPatient } = options;
  const server = await startObserved(host, {
    RATE_PER_SECOND: 0,
    ROOM_HISTORY: 1_000_000,
  });
  const room = `slow-${seed}`;
  const everyone: Member[] = [];
  const join = async (name: string, fields = {}) => {
    const member = await Member.join(server.url, room, name + seed, fields);
    everyone.push(member);
    return member;
  };
  const secret = "secret-of-the-reader-----";
  const name = `reader${seed}`;
  const reader = new Device(server.url, room, name, secret, Stalling);
  try {
    await reader.room.ready();
    const talker = await join("talker");
    const listeners: Member[] = [];
    for (let n = 0; n < LISTENERS; n++) listeners.push(await join(`p${n}x`));
    const halfOpen = await join("halfopen");
    const pinging = await join("pinging");
    pinging.send({ type: "ping" });
    const vanishedAt = Date.now();

    const before = await talk(talker, listeners, seconds);
    const memory = server.memoryBytes();
    for (const { socket } of [halfOpen]) socket.pause();
    for (const socket of Stalling.all) socket.pause();
    const beside = await talk(talker, listeners, seconds);
    const grown = server.memoryBytes() - memory;
    // Until both are disconnected.
    while ((await membersOf(server, room)) > LISTENERS + 2)
      await talk(talker, listeners, 1);
    for (const socket of Stalling.all) socket.resume();
    await talk(talker, listeners, 2);
    await hasAll(reader, server.url, room);
    const welcomed = await flap(join);
    if (isPatient) {
      await pause(vanishedAt + SILENCE_MS - Date.now());
      await talker.sendMessage("anybody there?");
      await talker.next(
        ({ type, username }) =>
          type === "left" && username === pinging.username,
      );
    }
    for (const { username, closed } of [...listeners, talker])
      if (closed !== null) throw new Error(`${username} was closed: ${closed}`);
    await reader.room.client.close();
    return {
      "deliveries a second before": round(before),
      "beside those who do not read": round(beside),
      "that is, of before": round(beside / before),
      "memory that grew beside them": megabytes(grown),
      "the reader lost its connection": reader.losses[0] ?? "",
      "and was shown, once and in order": reader.shown.length,
      "welcomes of a phone that flaps": `${welcomed} of ${FLAPS}`,
      "who vanished is told to have left": isPatient ? "yes" : "not awaited",
      "slept afterwards": await sleeps(server, room, talker, everyone),
    };
  } finally {
    await reader.room.client.close();
    for (const member of everyone) member.drop();
    await server.stop();
  }
}

/**
 * Runs a closed loop.
 *
 * @returns deliveries in a second
 */
async function talk(
  talker: Member,
  listeners: readonly Member[],
  seconds: number,
): Promise<number> {
  const heard = () => sum(listeners.map((listener) => listener.receivedCount));
  const [begun, first] = [performance.now(), heard()];
  let said = 0;
  const loop = async () => {
    while (performance.now() - begun < seconds * 1000) {
      said++;
      await talker.sendMessage(
        randomBytes(LENGTH).toString("hex").slice(0, LENGTH),
      );
    }
  };
  await Promise.all(Array.from({ length: WINDOW }, loop));
  const total = said * listeners.length;
  const all = () => heard() - first >= total;
  await waitUntil(() => `${total} to be heard, not ${heard() - first}`, all);
  return (1000 * total) / (performance.now() - begun);
}

/**
 * @throws Error unless it was closed as slow, reconnected once, and missed
 * nothing
 */
async function hasAll(reader: Device, url: string, room: string) {
  const log = await readLog(url, room);
  const head = log.at(-1)?.seq ?? 0;
  await waitUntil(
    () => `the reader to be shown ${head}, not ${reader.shown.at(-1)?.seq}`,
    () => reader.shown.at(-1)?.seq === head,
    PATIENCE_MS,
  );
  const [shown, stored] = [reader.shown, log].map((all) =>
    all.map(({ seq }) => seq),
  );
  same("the reader is shown the room", shown ?? [], stored ?? []);
  same("the reader's gaps", [reader.gaps], [0]);
  if (reader.losses.join() !== "slow")
    throw new Error(`The reader lost its connection by ${reader.losses}.`);
}

/** Thirty connections of one phone; each stops reading. */
async function flap(
  join: (name: string, fields: object) => Promise<Member>,
): Promise<number> {
  let welcomed = 0;
  for (let n = 0; n < FLAPS; n++) {
    const phone = await join("phone", { history: 0 });
    phone.socket.pause();
    if (phone.welcome !== undefined) welcomed++;
  }
  if (welcomed < FLAPS) throw new Error(`Locked out after ${welcomed} flaps.`);
  return welcomed;
}

/** Checks that the room hibernates and answers as before. */
async function sleeps(
  server: ObservedServer,
  room: string,
  talker: Member,
  everyone: readonly Member[],
): Promise<string> {
  const made = server.timesConstructed(room);
  if (made === null) return "never sleeps on this host";
  for (const member of everyone) if (member !== talker) member.drop();
  await pause(ASLEEP_MS);
  await talker.sendMessage("good morning");
  if (server.timesConstructed(room) === made)
    throw new Error("The room never slept.");
  return "yes";
}

async function membersOf(
  { url }: ObservedServer,
  room: string,
): Promise<number> {
  const answer = await fetch(`${url}/rooms/${room}`);
  const { count }: { count: number } = await answer.json();
  return count;
}
