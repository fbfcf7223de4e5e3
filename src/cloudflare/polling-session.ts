// Polling session: holds one Socket.IO client that uses HTTP, in the memory of an object, until a WebSocket takes over.

import { SocketIoClient } from "../hosting/socketio-client.ts";
import type {
  ConnectionSettings,
  ConnectionState,
  RequestFacts,
} from "../socketio/contract.ts";
import type { Exchange } from "../socketio/engine.ts";
import { REFUSALS } from "../socketio/engine-request.ts";
import type { Env } from "./env.ts";
import { socketIoPlatform } from "./socketio-room.ts";

/** The status and the body of a response. */
export interface PollingAnswer {
  readonly status: number;
  readonly body: string;
}

/** The name of the object of a session. */
export function pollingObjectName(sid: string): string {
  return `poll:${sid}`;
}

const UNKNOWN: PollingAnswer = {
  status: 400,
  body: JSON.stringify(REFUSALS.session),
};

/** Lost with the memory of its object: the client then begins a new one. */
export class PollingSession {
  readonly #env: Env;
  readonly #settings: ConnectionSettings;
  #client: SocketIoClient | null = null;

  constructor(env: Env, settings: ConnectionSettings) {
    this.#env = env;
    this.#settings = settings;
  }

  open(sid: string, facts: RequestFacts): PollingAnswer {
    if (this.#client !== null) return UNKNOWN;
    this.#client = new SocketIoClient({
      sid,
      platform: socketIoPlatform(this.#env),
      settings: this.#settings,
      facts,
      onClose: () => {
        this.#client = null;
      },
    });
    return { status: 200, body: this.#client.openBody() };
  }

  poll(): Promise<PollingAnswer> {
    return this.#answer((client, exchange) => client.poll(exchange));
  }

  post(body: string): Promise<PollingAnswer> {
    return this.#answer((client, exchange) => client.post(body, exchange));
  }

  /** @returns false if there is no session */
  probe(): boolean {
    return this.#client?.probed() ?? false;
  }

  /** Ends the session here. */
  handOver(): ConnectionState | null {
    return this.#client?.handOver() ?? null;
  }

  async #answer(
    begin: (client: SocketIoClient, exchange: Exchange) => void,
  ): Promise<PollingAnswer> {
    const client = this.#client;
    if (client === null) return UNKNOWN;
    return new Promise((resolve) =>
      begin(client, {
        respond: (status, body) => resolve({ status, body }),
      }),
    );
  }
}
