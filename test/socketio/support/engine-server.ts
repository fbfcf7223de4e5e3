// Runs Engine.IO sessions in memory, with requests, WebSockets and a clock that a test moves.
import {
  Engine,
  type EngineHandler,
  type FramePort,
} from "../../../src/socketio/engine.ts";
import type { EngineData } from "../../../src/socketio/engine-packet.ts";
import {
  REFUSALS,
  readEngineRequest,
} from "../../../src/socketio/engine-request.ts";

export interface Answer {
  status: number;
  body: string;
}

/** The other end of a WebSocket. */
export class ClientSocket implements FramePort {
  readonly received: EngineData[] = [];
  isClosed = false;
  bufferedAmount = 0;
  onFrame: (frame: EngineData) => void = () => {};
  onClose: () => void = () => {};

  send(frame: EngineData): void {
    if (!this.isClosed) this.received.push(frame);
  }

  close(): void {
    this.isClosed = true;
  }

  /** Sends a frame as the client. */
  say(frame: EngineData): void {
    if (!this.isClosed) this.onFrame(frame);
  }

  /** The next frame that the client has not read, without pings. */
  read(): EngineData | undefined {
    const frame = this.received.shift();
    return frame === "2" ? this.read() : frame;
  }
}

/** The figures of the official suites. */
const FIGURES = {
  pingIntervalMs: 300,
  pingTimeoutMs: 200,
  maxPayload: 1_000_000,
};

export interface EngineApp {
  open(
    engine: { send(data: EngineData): void; close(now: number): void },
    now: number,
  ): EngineHandler & { tick?(now: number): void; readonly deadline?: number };
}

interface Running {
  engine: Engine;
  handler: ReturnType<EngineApp["open"]>;
}

export const POLLING = "EIO=4&transport=polling";
export const WEBSOCKET = "EIO=4&transport=websocket";

export class EngineServer {
  now = 1_000_000;
  readonly sessions = new Map<string, Running>();
  readonly #app: EngineApp;

  constructor(app: EngineApp) {
    this.#app = app;
  }

  /** Moves the clock, and does all that is due on the way. */
  advance(ms: number): void {
    const end = this.now + ms;
    for (;;) {
      const due = [...this.sessions.values()].map(deadlineOf);
      const next = Math.max(this.now, Math.min(...due));
      if (next > end) break;
      this.now = next;
      for (const { engine, handler } of [...this.sessions.values()]) {
        engine.tick(this.now);
        handler.tick?.(this.now);
      }
    }
    this.now = end;
  }

  /** A request for polling. The answer may come later. */
  request(method: string, query: string, body = ""): { answer: Answer | null } {
    const pending: { answer: Answer | null } = { answer: null };
    const exchange = {
      respond(status: number, text: string) {
        expectOnce(pending.answer);
        pending.answer = { status, body: text };
      },
    };
    const asked = readEngineRequest(method, new URLSearchParams(query), false);
    if (asked.kind === "open") {
      const { engine } = this.#open();
      exchange.respond(200, engine.openBody());
    } else if (asked.kind === "poll" || asked.kind === "post") {
      const engine = this.sessions.get(asked.sid)?.engine;
      if (engine === undefined) refuse(exchange, "session");
      else if (asked.kind === "poll") engine.poll(exchange, this.now);
      else engine.post(body, exchange, this.now);
    } else refuse(exchange, asked.kind === "refused" ? asked.as : "version");
    return pending;
  }

  /** A request that is answered at once. */
  fetch(method: string, query: string, body = ""): Answer {
    const { answer } = this.request(method, query, body);
    if (answer === null) throw new Error("There is no answer yet.");
    return answer;
  }

  /** Opens a WebSocket. It is closed if the server refuses it. */
  connect(query: string): ClientSocket {
    const socket = new ClientSocket();
    const asked = readEngineRequest("GET", new URLSearchParams(query), true);
    const engine =
      asked.kind === "open"
        ? this.#open().engine
        : asked.kind === "upgrade"
          ? this.sessions.get(asked.sid)?.engine
          : undefined;
    if (engine === undefined) {
      socket.close();
      return socket;
    }
    socket.onFrame = (frame) => engine.frame(socket, frame, this.now);
    if (asked.kind === "open") engine.openSocket(socket);
    else engine.upgrade(socket, this.now);
    return socket;
  }

  #open(): Running {
    const sid = `session-${this.sessions.size}`;
    const now = this.now;
    const handler: ReturnType<EngineApp["open"]> = this.#app.open(
      {
        send: (data) => engine.send(data),
        close: (at) => engine.close(at),
      },
      now,
    );
    const engine = new Engine({ sid, ...FIGURES, handler, now });
    const running = { engine, handler };
    this.sessions.set(sid, running);
    return running;
  }

  /** @returns the query of a new polling session */
  openPolling(): string {
    const { body } = this.fetch("GET", POLLING);
    return `${POLLING}&sid=${JSON.parse(body.slice(1)).sid}`;
  }

  /** Opens a WebSocket, after the handshake of Engine.IO. */
  openSocket() {
    const socket = this.connect(WEBSOCKET);
    socket.read();
    return socket;
  }
}

function deadlineOf({ engine, handler }: Running): number {
  if (engine.isClosed) return Infinity;
  return Math.min(engine.deadline, handler.deadline ?? Infinity);
}

function refuse(
  exchange: { respond(status: number, body: string): void },
  as: keyof typeof REFUSALS,
): void {
  exchange.respond(400, JSON.stringify(REFUSALS[as]));
}

function expectOnce(answer: Answer | null): void {
  if (answer !== null) throw new Error("A request was answered twice.");
}
