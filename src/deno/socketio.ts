// Socket.IO: runs the Socket.IO clients of one process, whose rooms are in the same process.

import { createHash, randomBytes } from "node:crypto";
import type { ConnectRequest } from "../core/shared/contract.ts";
import { readBoundedText } from "../hosting/bounded-text.ts";
import {
  SocketIoClient,
  type SocketIoPlatform,
} from "../hosting/socketio-client.ts";
import { bodyProblem, codedProblem, problem } from "../http/problem.ts";
import type { Settings } from "../protocol/settings.ts";
import { connectionSettings } from "../socketio/connection-settings.ts";
import type {
  ConnectionSettings,
  RequestFacts,
  RoomPort,
  RoomPortEvents,
} from "../socketio/contract.ts";
import type { Exchange, FramePort } from "../socketio/engine.ts";
import {
  type EngineRequest,
  oldClientPackets,
} from "../socketio/engine-request.ts";
import {
  oldClientResponse,
  pollingResponse,
  refusalResponse,
} from "../socketio/http.ts";
import type { Host } from "./host.ts";
import type { Socket } from "./peer.ts";
import type { ServerSocket } from "./server-socket.ts";
import type { Upgrade } from "./upgrade.ts";

/** Polling clients of one process at once. */
const POLLING_MAX = 10_000;
/** No frame of the bridge is lost here for want of CPU. */
const FRAMES_MAX = Infinity;
/** A polling body may have this many bytes; the engine counts its characters. */
const BODY_MAX_BYTES = 4_000_000;
/** How long an old client may take to read why it is refused. */
const REFUSAL_MS = 1000;

const OPEN = 1;
const CLOSED = 3;

export class SocketIoServer {
  readonly #host: Host;
  readonly #settings: ConnectionSettings;
  /** Every client that has begun with polling, by its session id. */
  readonly #polling = new Map<string, SocketIoClient>();
  readonly #clients = new Set<SocketIoClient>();
  readonly #platform: SocketIoPlatform;

  constructor(host: Host, settings: Settings) {
    this.#host = host;
    this.#settings = connectionSettings(settings, FRAMES_MAX);
    this.#platform = {
      hash: (text) => createHash("sha256").update(text).digest("base64url"),
      random: (bytes) => randomBytes(bytes).toString("base64url"),
      openRoom: (room, events, client) => openRoom(host, room, events, client),
    };
  }

  /** Answers a request that the doors have let through. */
  async answer(
    asked: EngineRequest,
    request: Request,
    facts: RequestFacts,
    upgrade: Upgrade | null,
  ): Promise<Response> {
    switch (asked.kind) {
      case "refused":
        return refusalResponse(asked.as);
      case "old":
        return asked.transport === "polling"
          ? oldClientResponse(randomId())
          : refuseOldClient(upgrade);
      case "open":
        return asked.transport === "polling"
          ? this.#openPolling(facts)
          : this.#openSocket(facts, upgrade);
      case "upgrade":
        return this.#upgrade(asked.sid, upgrade);
      case "poll": {
        const client = this.#polling.get(asked.sid);
        return client === undefined
          ? refusalResponse("session")
          : respond((exchange) => client.poll(exchange));
      }
      case "post": {
        const client = this.#polling.get(asked.sid);
        if (client === undefined) return refusalResponse("session");
        const body = await readBoundedText(request, BODY_MAX_BYTES);
        if (!body.ok) return bodyProblem(body.problem);
        return respond((exchange) => client.post(body.text, exchange));
      }
      default:
        return asked satisfies never;
    }
  }

  /** Closes every client. They come back, to this server or another. */
  stop(): void {
    for (const client of [...this.#clients]) client.close();
  }

  #openPolling(facts: RequestFacts): Response {
    if (this.#polling.size >= POLLING_MAX || this.#host.isStopping)
      return codedProblem("unavailable");
    const client = this.#create(facts);
    this.#polling.set(client.sid, client);
    return pollingResponse(200, client.openBody());
  }

  #openSocket(facts: RequestFacts, upgrade: Upgrade | null): Response {
    const socket = upgrade?.accept(false) ?? null;
    if (socket === null) return incomplete();
    const client = this.#create(facts);
    client.openSocket(portOf(socket, client));
    return new Response();
  }

  #upgrade(sid: string, upgrade: Upgrade | null): Response {
    const client = this.#polling.get(sid);
    if (client === undefined) return refusalResponse("session");
    const socket = upgrade?.accept(false) ?? null;
    if (socket === null) return incomplete();
    client.upgrade(portOf(socket, client));
    return new Response();
  }

  #create(facts: RequestFacts): SocketIoClient {
    const client: SocketIoClient = new SocketIoClient({
      sid: randomId(),
      platform: this.#platform,
      settings: this.#settings,
      facts,
      onClose: () => {
        this.#clients.delete(client);
        this.#polling.delete(client.sid);
      },
    });
    this.#clients.add(client);
    return client;
  }
}

/** Opens a connection to a room of this process, as if it were a socket. */
function openRoom(
  host: Host,
  room: string,
  events: RoomPortEvents,
  client: SocketIoClient,
): RoomPort {
  let readyState = OPEN;
  const socket: Socket = {
    get readyState() {
      return readyState;
    },
    // So the room sees whether the client reads.
    get bufferedAmount() {
      return client.bufferedAmount;
    },
    send: (frame) => events.frame(frame, Date.now()),
    close: (code = 1000) => {
      if (readyState === CLOSED) return;
      readyState = CLOSED;
      // A host that stops closes at once, before this connection is known.
      queueMicrotask(() => {
        host.closed(peer, code);
        events.closed(code, Date.now());
      });
    },
  };
  const peer = host.connect(room, socket);
  host.opened(peer, { ...ROOM_REQUEST, network: client.network });
  return {
    send: (frame) => {
      if (readyState === OPEN) host.received(peer, frame);
    },
    close: () => {
      if (readyState === CLOSED) return;
      readyState = CLOSED;
      host.closed(peer, 1000);
    },
  };
}

/** Connects a WebSocket to its client. */
function portOf(socket: ServerSocket, client: SocketIoClient): FramePort {
  const port: FramePort = {
    get bufferedAmount() {
      return socket.bufferedAmount;
    },
    // Nothing of ours is bytes.
    send: (frame) => {
      if (typeof frame === "string") socket.send(frame);
    },
    close: () => socket.close(1000),
  };
  socket.listenToAll(
    (frame) => client.frame(port, frame),
    () => client.socketClosed(port),
  );
  return port;
}

/** The client joins by a frame, and speaks the subprotocol. */
const ROOM_REQUEST: ConnectRequest = {
  username: null,
  token: null,
  text: false,
  batch: true,
  invalidReason: null,
};

function respond(begin: (exchange: Exchange) => void): Promise<Response> {
  return new Promise((resolve) =>
    begin({
      respond: (status, body) => resolve(pollingResponse(status, body)),
    }),
  );
}

function refuseOldClient(upgrade: Upgrade | null): Response {
  const socket = upgrade?.accept(false) ?? null;
  if (socket === null) return incomplete();
  socket.listen(
    () => {},
    () => {},
  );
  for (const packet of oldClientPackets(randomId())) socket.send(packet);
  setTimeout(() => socket.close(1000), REFUSAL_MS);
  return new Response();
}

function incomplete(): Response {
  return problem(400, "The handshake of a WebSocket is not complete.");
}

function randomId(): string {
  return randomBytes(15).toString("base64url");
}
