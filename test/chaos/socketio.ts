// Socket.IO campaign: clients of Socket.IO talk over bad networks while the server is killed, and recovery alone shows each of them everything once.
import { setTimeout as pause } from "node:timers/promises";
import { io, type Socket } from "socket.io-client";
import { FaultyNetwork } from "../client/support/faulty-network.ts";
import { waitUntil } from "../client/support/live-participant.ts";
import { readLog } from "../client/support/read-log.ts";
import { SeededRandom } from "../client/support/seeded-random.ts";
import type { HostName } from "../hosts/killable-server.ts";
import { Host } from "./support/host.ts";
import { same, sum } from "./support/statistics.ts";

export interface SocketIoOptions {
  readonly host: HostName;
  readonly clients: number;
  readonly kills: number;
  readonly seed: number;
}

const VARS = {
  RATE_PER_SECOND: 0,
  CONNECTS_PER_MINUTE: 0,
  ROOM_HISTORY: 1_000_000,
  // A name must be there for its user after the longest outage.
  GUEST_CLAIM_SECONDS: 3600,
  // A client whose connection is half open notices after this and 20 s more.
  SOCKETIO_PING_SECONDS: 1,
};
const WAVE = 20;
/** Between two messages of all clients together. */
const TALK_MS = 30;
const ALIVE_MS = 2500;
const DELAY_MAX_MS = 80;
const PATIENCE_MS = 180_000;
const FAULTS = ["cut", "torn", "half open", "late"] as const;

/** A client with no code but its join: the rest is Socket.IO's recovery. */
class Talker {
  readonly name: string;
  readonly socket: Socket;
  readonly shown: string[] = [];
  readonly acked: string[] = [];
  /** The public id. */
  user = "";
  connects = 0;
  recoveries = 0;
  lefts = 0;

  constructor(url: string, room: string, name: string, transports: string[]) {
    this.name = name;
    this.socket = io(url, {
      forceNew: true,
      transports,
      reconnectionDelayMax: 2000,
    });
    this.socket.on("connect", () => {
      this.connects++;
      if (this.socket.recovered) this.recoveries++;
    });
    this.socket.on("new message", (said: unknown) => {
      if (typeof said === "object" && said !== null && "message" in said)
        this.shown.push(String(said.message));
    });
    this.socket.on("left", () => this.lefts++);
    this.socket.emit("join room", { roomname: room, username: name });
  }

  async joined(): Promise<void> {
    const { user } = await new Promise<{ user: string }>((resolve) =>
      this.socket.once("joined", resolve),
    );
    this.user = user;
  }

  say(text: string): void {
    if (!this.socket.connected) return;
    this.socket.emit("new message", text, (answer: { seq?: number }) => {
      if (answer.seq !== undefined) this.acked.push(text);
    });
  }
}

/** @throws Error with the broken promise and the user */
export async function socketIo(options: SocketIoOptions) {
  const { host: name, clients, kills, seed } = options;
  const chance = new SeededRandom(seed);
  const host = await Host.start(name, VARS);
  const network = await FaultyNetwork.inFrontOf(host.url);
  const room = `socketio-${seed}`;
  const talkers: Talker[] = [];
  let isOver = false;
  try {
    while (talkers.length < clients) {
      const wave = Array.from(
        { length: Math.min(WAVE, clients - talkers.length) },
        (_, i) => {
          const n = talkers.length + i;
          // The last third never uses HTTP.
          const transports =
            n % 3 === 2 ? ["websocket"] : ["polling", "websocket"];
          return new Talker(network.url, room, `p${n}x${seed}`, transports);
        },
      );
      talkers.push(...wave);
      await Promise.all(wave.map((one) => one.joined()));
    }
    // Who came first has heard nothing of the rest but their joins.
    const talk = (async () => {
      for (let n = 0; !isOver; n++) {
        chance.pick(talkers).say(`text ${n}`);
        await pause(TALK_MS);
      }
    })();
    const faults: string[] = [];
    for (let n = 0; n < kills; n++) {
      await pause(ALIVE_MS * (0.5 + chance.next()));
      const fault = FAULTS[n % FAULTS.length] ?? "cut";
      faults.push(fault);
      cause(network, fault, chance);
      await pause(ALIVE_MS * chance.next());
      await host.kill();
      await host.start();
    }
    network.delayMs = () => 0;
    await pause(ALIVE_MS);
    isOver = true;
    await talk;
    return { faults: faults.join(", "), ...(await judge(host, room, talkers)) };
  } finally {
    isOver = true;
    for (const { socket } of talkers) socket.disconnect();
    await network.close();
    await host.close();
  }
}

function cause(
  network: FaultyNetwork,
  fault: (typeof FAULTS)[number],
  chance: SeededRandom,
): void {
  if (fault === "cut") network.disconnect();
  else if (fault === "torn") network.truncate();
  else if (fault === "half open") network.freeze();
  network.delayMs =
    fault === "late" ? () => chance.next() * DELAY_MAX_MS : () => 0;
}

async function judge(host: Host, room: string, talkers: readonly Talker[]) {
  await waitUntil(
    () =>
      `${talkers.filter(({ socket }) => !socket.connected).length} to be back`,
    () => talkers.every(({ socket }) => socket.connected),
    PATIENCE_MS,
  );
  const log = await readLog(host.url, room);
  const texts = log.map(({ text }) => text);
  same("every text is stored once", texts, [...new Set(texts)]);
  for (const talker of talkers) {
    const { name, shown, acked } = talker;
    const others = log.flatMap(({ user, text }) =>
      user === talker.user ? [] : [text],
    );
    await waitUntil(
      () => `${name} to be shown ${others.length}, not ${shown.length}`,
      () => shown.length >= others.length,
      PATIENCE_MS,
    );
    same(`${name} is shown the room`, shown, others);
    const stored = new Set(texts);
    same(
      `${name}'s acked messages are stored`,
      acked.filter((text) => !stored.has(text)),
      [],
    );
    same(
      `${name} recovers each time`,
      [talker.recoveries, talker.lefts],
      [talker.connects - 1, 0],
    );
  }
  return {
    clients: talkers.length,
    stored: log.length,
    acked: sum(talkers.map(({ acked }) => acked.length)),
    recoveries: sum(talkers.map(({ recoveries }) => recoveries)),
    "shown in all": sum(talkers.map(({ shown }) => shown.length)),
  };
}
