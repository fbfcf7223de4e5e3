// Host: owns the WebSocket connections of one process and passes their events to the rooms.

import type { Address, ConnectRequest } from "../core/shared/contract.ts";
import {
  endpointNames,
  privateEndpointNames,
  reportEndpointNames,
} from "../core/shared/events/endpoints.ts";
import type { Op, Reply } from "../core/shared/rpc.ts";
import { log } from "../hosting/log.ts";
import { HostCounters } from "../hosting/metrics/host-counters.ts";
import { logReport, MetricsReport } from "../hosting/metrics/metrics-report.ts";
import type { FailingWebhooks } from "../http/health-route.ts";
import { PING, PONG } from "../protocol/framing.ts";
import { CoreRunner, type CoreRunnerOptions } from "./core-runner.ts";
import { hash } from "./cryptography.ts";
import type { Database } from "./database.ts";
import { wakeLaggingRooms } from "./lagging-rooms.ts";
import { countRows, writeMetrics } from "./metrics.ts";
import { Peer, type Socket } from "./peer.ts";
import type { StorageProblem } from "./storage-health.ts";
import { WebhookHealth } from "./webhook-health.ts";
import { WriteDrain } from "./write-drain.ts";

/** How long a stop waits for open work. */
const STOP_TIMEOUT_MS = 2000;

export type HostOptions = CoreRunnerOptions;

export class Host {
  readonly #coreRunner: CoreRunner;
  readonly #flushMs: number;
  readonly #writeDrain = new WriteDrain();
  readonly #peers = new Set<Peer>();
  readonly #database: Database;
  readonly #counters: HostCounters;
  readonly #webhookHealth: WebhookHealth;
  /** Writes the metrics to the log; null: nobody wants that. */
  readonly #reporter: ReturnType<typeof setInterval> | null;
  #isStopping = false;

  constructor(options: HostOptions) {
    const { counters = new HostCounters() } = options;
    this.#counters = counters;
    this.#database = options.database;
    this.#coreRunner = new CoreRunner({ ...options, counters });
    this.#flushMs = options.settings.FLUSH_CEILING_MS;
    const { database, settings, app } = options;
    const hearsEvents = app?.hooks.hearsEvents === true;
    const endpoints = {
      ofRooms: endpointNames({ hash }, settings, hearsEvents),
      ofNames: privateEndpointNames({ hash }, settings),
    };
    this.#webhookHealth = new WebhookHealth(database, [
      ...endpointNames({ hash }, settings, false),
      ...reportEndpointNames(endpointNames({ hash }, settings, false)),
      ...endpoints.ofNames,
    ]);
    const everyMs = settings.METRICS_LOG_SECONDS * 1000;
    this.#reporter = everyMs > 0 ? this.#startReports(everyMs) : null;
    wakeLaggingRooms(database, endpoints, settings.ROOM_DAYS, (address) =>
      this.#wake(address),
    );
  }

  get isStopping(): boolean {
    return this.#isStopping;
  }

  /** The reason why writes are not stored at present; null if they are. */
  checkStorage(): StorageProblem | null {
    return this.#coreRunner.checkStorage();
  }

  /** Rooms and names in memory. */
  get openCount(): number {
    return this.#coreRunner.openCount;
  }

  /** The webhooks that fail, also of rooms that sleep. */
  checkWebhooks(): FailingWebhooks {
    return this.#webhookHealth.check(Date.now());
  }

  /** The metrics in the text format OpenMetrics. */
  writeMetrics(): string {
    const source = {
      ...{ sql: this.#database, counters: this.#counters },
      ...{ openCount: this.openCount, gauges: this.#gauges() },
      isStorageWorking: this.checkStorage() === null,
      failingWebhooks: this.checkWebhooks(),
    };
    return writeMetrics(source, Date.now());
  }

  #gauges() {
    const { memberCount: members } = this.#coreRunner;
    return { connections: this.#peers.size, members };
  }

  #startReports(everyMs: number): ReturnType<typeof setInterval> {
    const counters = this.#counters;
    const report = new MetricsReport(counters, everyMs, logReport(log));
    return setInterval(() => {
      countRows(this.#database, counters);
      report.report(() => this.#gauges());
    }, everyMs);
  }

  /**
   * Creates a connection to a room. Its events go to `opened`, `received` and
   * `closed`.
   */
  connect(room: string, socket: Socket): Peer {
    return new Peer(room, socket, this.#writeDrain);
  }

  opened(peer: Peer, query: ConnectRequest): void {
    if (this.#isStopping) {
      peer.close("goingAway", Date.now());
      return;
    }
    peer.network = query.network ?? null;
    this.#peers.add(peer);
    this.#coreRunner.attach(roomOf(peer), peer);
    this.#coreRunner.run(roomOf(peer), { kind: "opened", conn: peer, query });
  }

  /** @param data null for a binary frame */
  received(peer: Peer, data: string | null): void {
    if (!peer.isAttached || this.#isStopping) return;
    if (data === PING) {
      peer.pingedAt = Date.now();
      peer.sendNow(PONG);
    } else {
      this.#counters.framesIn++;
      this.#coreRunner.run(roomOf(peer), { kind: "frame", conn: peer, data });
    }
  }

  closed(peer: Peer, code: number): void {
    this.#peers.delete(peer);
    if (!peer.isAttached || this.#isStopping) return;
    peer.isAttached = false;
    this.#coreRunner.run(roomOf(peer), { kind: "closed", conn: peer, code });
  }

  /** Rejects if there is no answer. */
  ask(to: Address, ops: readonly Op[]): Promise<readonly Reply[]> {
    return new Promise((resolve, reject) => {
      const fail = () => reject(new Error("The object did not answer."));
      if (this.#isStopping) fail();
      else this.#coreRunner.ask(to, ops, { resolve, reject: fail });
    });
  }

  /** @returns false once the process stops */
  #wake(address: Address): boolean {
    const isRunning = !this.#isStopping;
    if (isRunning) this.#coreRunner.run(address, { kind: "due", by: "timer" });
    return isRunning;
  }

  /** Flushes, then closes all connections with "going away". */
  async stop(): Promise<void> {
    this.#isStopping = true;
    if (this.#reporter !== null) clearInterval(this.#reporter);
    const by = Date.now() + this.#flushMs;
    await waitUntil(() => !this.#coreRunner.isBusy(by));
    for (const peer of this.#peers) peer.close("goingAway", Date.now());
    await waitUntil(() => [...this.#peers].every((peer) => peer.isClosed));
    this.#coreRunner.stop();
  }
}

function roomOf({ room }: Peer): Address {
  return { kind: "room", name: room };
}

async function waitUntil(isSo: () => boolean): Promise<void> {
  const deadline = Date.now() + STOP_TIMEOUT_MS;
  while (!isSo() && Date.now() < deadline)
    await new Promise((resolve) => setTimeout(resolve, 5));
}
