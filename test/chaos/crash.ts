// Crash campaign: users talk by the SDK while the server is killed at random, and no acked message is lost.
import { setTimeout as pause } from "node:timers/promises";
import { waitUntil } from "../client/support/live-participant.ts";
import { readLog } from "../client/support/read-log.ts";
import { SeededRandom } from "../client/support/seeded-random.ts";
import type { DevOptions } from "../hosts/dev-server.ts";
import type { HostName } from "../hosts/killable-server.ts";
import { Device } from "./support/device.ts";
import { type Entries, Host } from "./support/host.ts";
import { same, sum } from "./support/statistics.ts";

export interface CrashOptions {
  readonly host: HostName;
  readonly kills: number;
  readonly people: number;
  readonly seed: number;
  /** Entries for tests, instead of the servers' own. */
  readonly entries?: Entries;
  /** More variables of the server. */
  readonly vars?: DevOptions["vars"];
  /** Runs beside the users, over the kills, until it is over. */
  alongside?(
    url: string,
    room: string,
    isOver: () => boolean,
  ): Promise<unknown>;
  /** Judges more, by the whole log of the room. @returns figures */
  judgeMore?(room: string, stored: readonly StoredText[]): Promise<object>;
}

export interface StoredText {
  readonly text: string;
  readonly seq: number;
}

/** No rate limit, and everything must still be stored at the end. */
export const VARS = {
  RATE_PER_SECOND: 0,
  ROOM_HISTORY: 1_000_000,
  MAILBOX_MESSAGES: 10_000,
  // With an unlucky backoff a client is away for more than a minute.
  GUEST_CLAIM_SECONDS: 3600,
};
/** Every third user has a second device. */
const DEVICE_EVERY = 3;
const PRIVATE = 0.25;
const TALK_MS = 60;
/** A device with this many pending messages sends no more for now. */
const PENDING_MAX = 20;
/** The longest time between a start and the next kill. */
const ALIVE_MS = 1500;
export const PATIENCE_MS = 120_000;

/** @throws Error with the broken promise and the user */
export async function crash(options: CrashOptions) {
  const { host: name, kills, people, seed } = options;
  const chance = new SeededRandom(seed);
  const vars = { ...VARS, ...options.vars };
  const host = await Host.start(name, vars, options.entries);
  const room = `chaos-${seed}`;
  const devices: Device[] = [];
  try {
    for (let n = 0; n < people; n++) {
      const [username, token] = [`person${n}x${seed}`, `secret-${n}-${seed}`];
      const isDouble = n % DEVICE_EVERY === 0;
      for (let device = 0; device < (isDouble ? 2 : 1); device++)
        devices.push(
          new Device(host.url, room, username, token.padEnd(24, "-")),
        );
    }
    await Promise.all(devices.map(({ room }) => room.ready()));
    const talk = converse(devices, chance);
    let isOver = false;
    const beside = options.alongside?.(host.url, room, () => isOver);
    // Its failure is told at the end of the talk.
    beside?.catch(() => undefined);
    for (let n = 1; n <= kills; n++) {
      await waitUntil(
        () => `somebody live before kill ${n}`,
        () =>
          devices.filter(({ room }) => room.state === "connected").length > 1,
        PATIENCE_MS,
      );
      await pause(chance.next() * ALIVE_MS);
      await host.kill();
      await host.start();
    }
    await pause(ALIVE_MS);
    await talk.stop();
    isOver = true;
    await beside;
    await waitUntil(
      () =>
        `all acks: ${devices
          .filter(({ isDone }) => !isDone)
          .map(stateOf)
          .join("; ")}`,
      () => devices.every(({ isDone }) => isDone),
      PATIENCE_MS,
    );
    const figures = await judge(host.url, room, devices);
    const stored = await readLog(host.url, room);
    return { ...figures, ...(await options.judgeMore?.(room, stored)) };
  } finally {
    await Promise.all(devices.map(({ room }) => room.client.close()));
    await host.close();
  }
}

/** Everybody sends messages all the time, some of them private. */
export function converse(devices: readonly Device[], chance: SeededRandom) {
  let [isOver, n] = [false, 0];
  const talks = devices.map(async (device) => {
    while (!isOver) {
      await pause(TALK_MS * (0.5 + chance.next()));
      if (device.room.client.pending.length >= PENDING_MAX) continue;
      const text = `${n++} by ${device.username}`;
      const other = chance.pick(devices);
      if (chance.bool(PRIVATE) && other.username !== device.username)
        device.sendPrivate(other.username, text);
      else device.sendMessage(text);
    }
  });
  return {
    stop: async () => {
      isOver = true;
      await Promise.all(talks);
    },
  };
}

async function judge(url: string, room: string, devices: readonly Device[]) {
  const log = (await readLog(url, room)).map(({ text, seq }) => ({
    text,
    seq,
  }));
  const texts = new Map<string, number>();
  log.forEach(({ seq, text }, i) => {
    if (seq !== i + 1) throw new Error(`Event ${i + 1} has the seq ${seq}.`);
    if (texts.has(text)) throw new Error(`Twice in the history: ${text}`);
    texts.set(text, seq);
  });
  const acked = devices.flatMap((device) => device.acked);
  for (const { text, seq } of acked)
    if (texts.get(text) !== seq)
      throw new Error(`Acked as ${seq}, stored as ${texts.get(text)}: ${text}`);
  const privates = devices.flatMap(({ username, ackedPrivates }) =>
    ackedPrivates.map((one) => ({ ...one, from: username })),
  );
  const isUnknown = new Set(devices.flatMap(({ unknown }) => unknown));
  for (const device of devices) {
    const { username, failed, gaps } = device;
    await waitUntil(
      () => `${username} to be shown all`,
      () => device.shown.length >= log.length,
      PATIENCE_MS,
    );
    same(`${username} is shown the room`, device.shown, log);
    same(`${username} is refused nothing`, [failed, gaps], [[], 0]);
    const own = privates
      .filter(({ from, to }) => [from, to].includes(username))
      .map(({ text }) => text);
    const isAcked = new Set(own);
    const heard = () =>
      device.shownPrivates.filter((text) => isAcked.has(text));
    await waitUntil(
      () => `${username} to be shown ${own.length} privates`,
      () => heard().length >= own.length,
      PATIENCE_MS,
    );
    same(`${username}'s privates`, heard().toSorted(), own.toSorted());
    const { shownPrivates } = device;
    same(`${username}'s are there once`, shownPrivates, [
      ...new Set(shownPrivates),
    ]);
    const unsure = shownPrivates.filter((text) => !isAcked.has(text));
    same(
      `${username} is shown what was written`,
      unsure.filter((text) => !isUnknown.has(text)),
      [],
    );
  }
  return {
    devices: devices.length,
    "connections lost": sum(devices.map(({ losses }) => losses.length)),
    said: sum(devices.map(({ sentCount }) => sentCount)),
    "acked in the room": acked.length,
    "stored in the room": log.length,
    "acked privates": privates.length,
    "said not to be known": isUnknown.size,
    "shown in all": sum(devices.map(({ shown }) => shown.length)),
  };
}

function stateOf({ username, room }: Device): string {
  const { state, reason, pending } = room;
  const [oldest] = pending;
  return `${username} ${state} ${reason?.code ?? ""} ${pending.length} ${JSON.stringify(oldest ?? "")}`;
}
