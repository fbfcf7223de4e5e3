// The connection to a room's server: opened, kept alive, given up for dead, opened again.
import { shouldReconnect } from "../protocol/errors.ts";
import { PING, SUBPROTOCOL } from "../protocol/framing.ts";
import { backoff } from "./backoff.ts";
import { ChatError, clientError, closeError, messageOf } from "./chat-error.ts";
import type { Cancel, Environment, Socket } from "./environment.ts";
import type { ChatState } from "./events.ts";
import { parseFrame } from "./parse-frame.ts";

/** From the first try to `live`: a network may swallow it all. */
export const WELCOME_TIMEOUT_MS = 15_000;
const HEARTBEAT_INTERVAL_MS = 30_000;
export const PONG_TIMEOUT_MS = 10_000;
/** Who was live for less comes back as slowly as who never was. */
const STABLE_AFTER_MS = 5000;

/** What the connection tells whoever uses it. */
export interface ConnectionHandler {
  /** Before each try. Rejects with a `ChatError` if there can be none now. */
  prepare(): Promise<void>;
  /** Open: time to join. */
  onOpen(): void;
  /** The objects of one frame. */
  onFrame(objects: unknown[]): void;
  /** Every half minute while live. */
  onHeartbeat(): void;
  /** The state has changed; what was sent and not answered may be lost. */
  onStateChange(): void;
}

export class Connection {
  state: ChatState = "connecting";
  reason: ChatError | null = null;
  readonly #url: string;
  readonly #environment: Environment;
  readonly #handler: ConnectionHandler;
  #socket: Socket | null = null;
  #hasOpened = false;
  #failures = 0;
  #connectedAt = 0;
  /** Rises with each try: what an earlier one started is no more. */
  #attempt = 0;
  /** For the welcome, the next beat, or the next try. */
  #stopTimer: Cancel = () => {};
  #stopPong: Cancel | null = null;

  /** @param url by http or https, which is asked if no WebSocket opens */
  constructor(
    url: string,
    environment: Environment,
    handler: ConnectionHandler,
  ) {
    this.#url = url;
    this.#environment = environment;
    this.#handler = handler;
  }

  /** Ended on our own account. */
  get isClosed(): boolean {
    return this.state === "closed";
  }

  /** Which one this is: what happens to it concerns no other. */
  get attempt(): number {
    return this.#attempt;
  }

  /** Tries now, whatever it was waiting for. */
  connect(): void {
    this.#dropSocket();
    const attempt = this.#attempt;
    this.#setState("connecting", null);
    this.#handler.prepare().then(
      () => {
        if (attempt === this.#attempt) this.#open();
      },
      (error) => {
        if (attempt === this.#attempt) this.reconnectLater(error);
      },
    );
  }

  /** As `start`, for someone who knows that there is a network again. */
  wake(): void {
    if (this.state === "reconnecting") {
      this.#failures = 0;
      this.connect();
    } else if (this.state === "connected") this.#ping();
  }

  /** The join was granted. */
  markConnected(): void {
    this.#connectedAt = this.#environment.uptime();
    this.#scheduleHeartbeat();
    this.#setState("connected", null);
  }

  send(frame: object): void {
    this.sendText(JSON.stringify(frame));
  }

  sendText(frame: string): void {
    try {
      this.#socket?.send(frame);
    } catch {
      // Closing: its close event says so presently.
    }
  }

  /** Gives this connection up and tries again, in a while. */
  reconnectLater(reason: ChatError): void {
    const wasStable =
      this.state === "connected" &&
      this.#environment.uptime() - this.#connectedAt >= STABLE_AFTER_MS;
    if (wasStable) this.#failures = 0;
    this.#dropSocket();
    const waitMs = backoff(
      this.#failures++,
      reason.retryAfter ?? 0,
      this.#environment.random(),
    );
    this.#stopTimer = this.#environment.after(waitMs, () => this.connect());
    this.#setState("reconnecting", reason);
  }

  /** Gives it up for good, unless started again. */
  fail(reason: ChatError): void {
    this.#dropSocket();
    this.#failures = 0;
    this.#setState("failed", reason);
  }

  /** Ends it on our own account. */
  close(): void {
    this.#dropSocket();
    this.#setState("closed", clientError("closed"));
  }

  #open(): void {
    const url = this.#url.replace(/^http/, "ws");
    const retryUnreachable = (cause: string, code = "connection_lost") => {
      const hint = this.#failures > 1 ? " Is the address right?" : "";
      const description = `No connection to ${url}: ${cause}.${hint}`;
      this.reconnectLater(new ChatError(code, description));
    };
    let socket: Socket;
    try {
      socket = this.#environment.open(url, [SUBPROTOCOL]);
    } catch (error) {
      retryUnreachable(messageOf(error));
      return;
    }
    this.#socket = socket;
    this.#stopTimer = this.#environment.after(WELCOME_TIMEOUT_MS, () =>
      retryUnreachable("no welcome in 15 s", "no_answer"),
    );
    let isOpen = false;
    let cause: string | undefined;
    const isCurrent = () => this.#socket === socket;
    /** Until one has opened, the address may be wrong. */
    const onNeverOpened = async () => {
      const { code, description } = this.#hasOpened
        ? { description: "it does not open" }
        : await this.#environment.probe(this.#url);
      if (!isCurrent()) return;
      if (code === "bad_room")
        this.fail(new ChatError(code, "No room has that name."));
      else retryUnreachable(cause || description);
    };
    socket.addEventListener("open", () => {
      if (!isCurrent()) return;
      isOpen = true;
      this.#hasOpened = true;
      this.#handler.onOpen();
    });
    socket.addEventListener("message", ({ data }) => {
      if (!isCurrent()) return;
      this.#stopPong?.();
      this.#stopPong = null;
      const isBatch = socket.protocol === SUBPROTOCOL;
      this.#handler.onFrame(parseFrame(data, isBatch));
    });
    // Always followed by a close event. Some places say why.
    socket.addEventListener("error", ({ message }) => {
      cause = message;
    });
    socket.addEventListener("close", ({ code, reason }) => {
      if (!isCurrent()) return;
      const error = closeError(code, reason);
      if (!shouldReconnect(code)) this.fail(error);
      else if (isOpen) this.reconnectLater(error);
      else onNeverOpened();
    });
  }

  #scheduleHeartbeat(): void {
    this.#stopTimer();
    this.#stopTimer = this.#environment.after(HEARTBEAT_INTERVAL_MS, () => {
      this.#scheduleHeartbeat();
      this.#ping();
      this.#handler.onHeartbeat();
    });
  }

  #ping(): void {
    this.sendText(PING);
    this.#stopPong ??= this.#environment.after(PONG_TIMEOUT_MS, () =>
      this.reconnectLater(clientError("no_answer")),
    );
  }

  /** Forgets the socket; a dead one may take its time to close. */
  #dropSocket(): void {
    const socket = this.#socket;
    this.#socket = null;
    this.#attempt++;
    this.#stopTimer();
    this.#stopPong?.();
    this.#stopPong = null;
    try {
      socket?.close(1000);
    } catch {
      // It was not even open.
    }
  }

  #setState(state: ChatState, reason: ChatError | null): void {
    if (state === this.state && reason === this.reason) return;
    this.state = state;
    this.reason = reason;
    this.#handler.onStateChange();
  }
}
