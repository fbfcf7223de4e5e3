// Reconnect storm campaign: all connections of a room are cut at once, and each client returns and misses nothing.
import { setTimeout as pause } from "node:timers/promises";
import { FaultyNetwork } from "../client/support/faulty-network.ts";
import { waitUntil } from "../client/support/live-participant.ts";
import { readLog } from "../client/support/read-log.ts";
import type { HostName } from "../hosts/killable-server.ts";
import { Device } from "./support/device.ts";
import { Member } from "./support/member.ts";
import {
  type ObservedServer,
  startObserved,
} from "./support/observed-server.ts";
import { quantile, round, same, sum } from "./support/statistics.ts";

export interface ReconnectStormOptions {
  readonly host: HostName;
  readonly connections: number;
  readonly seed: number;
}

/** Clients that join at the same time, before the storm. */
const WAVE = 50;
/** The messages that each client misses, by storm. */
const MISSED = [20, 200];
const THIEVES = 20;
const PATIENCE_MS = 180_000;

export async function reconnectStorm({
  host,
  connections,
  seed,
}: ReconnectStormOptions) {
  // All clients have one address here.
  const settings = { RATE_PER_SECOND: 0, CONNECTS_PER_MINUTE: 0 };
  const server = await startObserved(host, settings);
  const network = await FaultyNetwork.inFrontOf(server.url);
  const room = `storm-${seed}`;
  const devices: Device[] = [];
  try {
    const witness = await Member.join(server.url, room, `witness${seed}`);
    for (let n = 0; n < connections; n += WAVE) {
      const wave = Array.from({ length: Math.min(WAVE, connections - n) }).map(
        (_, i) => deviceOf(network.url, room, n + i, seed),
      );
      devices.push(...wave);
      await Promise.all(wave.map(({ room }) => room.ready()));
    }
    const figures: Record<string, unknown> = { connections };
    for (const missed of MISSED)
      figures[`missing ${missed} each`] = JSON.stringify(
        await disconnectAll({
          server,
          network,
          room,
          devices,
          witness,
          missed,
        }),
      );
    return figures;
  } finally {
    await Promise.all(devices.map(({ room }) => room.client.close()));
    await network.close();
    await server.stop();
  }
}

interface Scene {
  readonly server: ObservedServer;
  readonly network: FaultyNetwork;
  readonly room: string;
  readonly devices: readonly Device[];
  readonly witness: Member;
  readonly missed: number;
}

async function disconnectAll(scene: Scene) {
  const { server, network, room, devices, witness, missed } = scene;
  const lost = sum(devices.map(({ losses }) => losses.length));
  network.isDown = true;
  network.disconnect();
  await waitUntil(
    () => "everybody to be cut",
    () => devices.every(({ room }) => room.state !== "connected"),
    PATIENCE_MS,
  );
  for (let n = 0; n < missed; n++) await witness.sendMessage(`missed ${n}`);
  const read = await server.rowsRead(room);
  network.isDown = false;
  const begun = performance.now();

  // Meanwhile the room answers others, and gives no name away.
  const acks: number[] = [];
  let isOver = false;
  const talk = (async () => {
    while (!isOver) {
      acks.push(await witness.sendMessage("meanwhile"));
      await pause(100);
    }
  })();
  // It is awaited below, unless another step fails before.
  talk.catch(() => undefined);
  const stolen = await steal(server.url, room, devices);
  const head = () =>
    Math.max(...witness.frames.map(({ seq }) => Number(seq ?? 0)));
  const isBack = () => devices.every(({ room }) => room.state === "connected");
  await waitUntil(() => stragglers(devices), isBack, PATIENCE_MS);
  const seconds = (performance.now() - begun) / 1000;
  isOver = true;
  await talk;
  await waitUntil(
    () => `everybody to be shown event ${head()}`,
    () => devices.every(({ shown }) => shown.at(-1)?.seq === head()),
    PATIENCE_MS,
  );
  const after = await server.rowsRead(room);
  const log = (await readLog(server.url, room)).map(({ seq }) => seq);
  for (const { username, shown, gaps } of devices) {
    const seqs = shown.map(({ seq }) => seq);
    same(`${username} is shown the room`, seqs, log);
    same(`${username}'s gaps`, [gaps], [0]);
  }
  if (stolen > 0) throw new Error(`${stolen} names were given away.`);
  return {
    "seconds until all are back": round(seconds),
    "tries each": round(
      (sum(devices.map(({ losses }) => losses.length)) - lost) / devices.length,
    ),
    "names stolen": stolen,
    "acks meanwhile, ms": `p50 ${round(quantile(acks, 0.5))}, p99 ${round(quantile(acks, 0.99))}`,
    "rows read for each":
      after === null || read === null
        ? "not counted"
        : round((after - read) / devices.length),
  };
}

/** Another client asks for the names of disconnected users. */
async function steal(
  url: string,
  room: string,
  devices: readonly Device[],
): Promise<number> {
  let stolen = 0;
  for (const { username } of devices.slice(-THIEVES)) {
    const thief = await Member.open(url, `${room}-thieves`, username);
    thief.send({ type: "join", username });
    const { type } = await thief.next(
      ({ type }) => type === "welcome" || type === "error",
    );
    if (type === "welcome") stolen++;
    thief.drop();
  }
  return stolen;
}

function deviceOf(url: string, room: string, n: number, seed: number): Device {
  const token = `secret-${n}-${seed}`.padEnd(24, "-");
  return new Device(url, room, `person${n}x${seed}`, token);
}

function stragglers(devices: readonly Device[]): string {
  const away = devices.filter(({ room }) => room.state !== "connected");
  const [first] = away;
  return `${away.length} to be back: ${first?.room.state} ${first?.room.reason?.code}`;
}
