// Fakes: a host in the test's own process, with sockets that record their frames.

import { rmSync } from "node:fs";
import { join } from "node:path";
import { onTestFinished, vi } from "vitest";
import type { ConnectRequest } from "../../../src/core/shared/contract.ts";
import { Database } from "../../../src/deno/database.ts";
import { Host } from "../../../src/deno/host.ts";
import type { Peer, Socket } from "../../../src/deno/peer.ts";
import { createAppTokens } from "../../../src/http/app-tokens.ts";
import {
  DEFAULT_SETTINGS,
  type Settings,
} from "../../../src/protocol/settings.ts";
import { freshFolder } from "../../hosts/deno.ts";

export class FakeSocket implements Socket {
  readyState = 1;
  bufferedAmount = 0;
  readonly frames: string[] = [];
  closed: { code: number | undefined; reason: string | undefined } | null =
    null;
  /** Takes all frames, but no bytes leave it. */
  isStuck = false;

  send(frame: string): void {
    this.frames.push(frame);
    if (this.isStuck) this.bufferedAmount += frame.length;
  }

  close(code?: number, reason?: string): void {
    this.readyState = 3;
    this.closed ??= { code, reason };
  }

  /** The parsed frames of a type. */
  of(type: string): Record<string, unknown>[] {
    return this.frames
      .map((frame): Record<string, unknown> => JSON.parse(frame))
      .filter((frame) => frame.type === type);
  }
}

export function openDatabase(): Database {
  const folder = freshFolder();
  const database = new Database(join(folder, "test.sqlite"), "NORMAL");
  onTestFinished(() => {
    database.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return database;
}

export function openHost(
  options: {
    settings?: Partial<Settings>;
    openMax?: number;
    database?: Database;
  } = {},
): Host {
  const { openMax = 1000, database = openDatabase() } = options;
  const settings = { ...DEFAULT_SETTINGS, ...options.settings };
  const host = new Host({
    database,
    settings,
    openMax,
    appTokens: createAppTokens(settings),
  });
  onTestFinished(() => host.stop());
  return host;
}

const query: ConnectRequest = {
  username: null,
  token: null,
  text: false,
  batch: false,
  invalidReason: null,
};

export interface Guest {
  readonly peer: Peer;
  readonly socket: FakeSocket;
  send(frame: object): void;
}

/** A guest who has joined. */
export async function joinGuest(
  host: Host,
  room: string,
  username: string,
): Promise<Guest> {
  const socket = new FakeSocket();
  const peer = host.connect(room, socket);
  host.opened(peer, { ...query, username });
  await settled();
  return {
    peer,
    socket,
    send: (frame) => host.received(peer, JSON.stringify(frame)),
  };
}

/**
 * Waits until started work is done: calls take a few turns of the event loop.
 */
export async function settled(count = 20): Promise<void> {
  for (let i = 0; i < count; i++)
    await new Promise((resolve) => setImmediate(resolve));
}

/** Checks again until it holds; the 1 s of Vitest is short on a busy machine. */
export function soon(check: () => unknown): Promise<unknown> {
  return vi.waitFor(check, { timeout: 15_000 });
}
