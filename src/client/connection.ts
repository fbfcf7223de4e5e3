// Connection: opens a WebSocket to a room, checks that it is alive, and reconnects with backoff.
import { shouldReconnect } from "../protocol/errors.ts";
import { PING, SUBPROTOCOL } from "../protocol/framing.ts";
import { backoff } from "./backoff.ts";
import { ChatError, clientError, closeError, messageOf } from "./chat-error.ts";
import type { Cancel, Environment, Socket } from "./environment.ts";
import type { ChatState } from "./events.ts";
import { parseFrame } from "./parse-frame.ts";

/** From the attempt to `connected`: a network may drop everything. */
export const WELCOME_TIMEOUT_MS = 15_000;
const HEARTBEAT_INTERVAL_MS = 30_000;
export const PONG_TIMEOUT_MS = 10_000;
/** A connection that ends sooner does not reset the backoff. */
const STABLE_AFTER_MS = 5000;

/** The user of the connection: its callbacks. */
export interface ConnectionHandler {
  /**
   * Before each attempt. Rejects with a `ChatError` if no attempt is possible
   * now.
   */
  prepare(): Promise<void>;
  /** The WebSocket is open: the room can be joined. */
  onOpen(): void;
  /** The parsed objects of one frame. */
  onFrame(objects: unknown[]): void;
  /** Every 30 s while connected. */
  onHeartbeat(): void;
  /**
   * The state has changed. Frames that were sent without an answer may be lost.
   */
  onStateChange(): void;
}

export class Connection {
  state: ChatState = "connecting";
  reason: ChatError | null = null;
  /** The error with which the server is about to close the connection. */
  lastRefusal: ChatError | undefined;
  readonly #url: string;
  readonly #environment: Environment;
  readonly #handler: ConnectionHandler;
  #socket: Socket | null = null;
  #hasOpened = false;
  #failures = 0;
  #connectedAt = 0;
  /** Grows with each attempt: callbacks of an earlier attempt are ignored. */
  #attempt = 0;
  /** The timer of the welcome, the next heartbeat or the next attempt. */
  #stopTimer: Cancel = () => {};
  #stopPong: Cancel | null = null;

  /** @param url an http or https URL; it is probed if no WebSocket opens */
  constructor(
    url: string,
    environment: Environment,
    handler: ConnectionHandler,
  ) {
    this.#url = url;
    this.#environment = environment;
    this.#handler = handler;
  }

  /** The number of this attempt: its callbacks concern no other one. */
  get attempt(): number {
    return this.#attempt;
  }

  /** Starts an attempt now, whatever timer was running. */
  startAttempt(): void {
    this.#dropSocket();
    this.lastRefusal = undefined;
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

  /**
   * Reconnects at once, or checks the connection: the network or the page is
   * back.
   */
  wake(): void {
    if (this.state === "reconnecting") {
      this.#failures = 0;
      this.startAttempt();
    } else if (this.state === "connected") this.#ping();
  }

  /** The server has accepted the join. */
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
      // The socket is closing: its close event follows.
    }
  }

  /** Drops the connection, and starts another attempt after a backoff. */
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
    this.#stopTimer = this.#environment.after(waitMs, () =>
      this.startAttempt(),
    );
    this.#setState("reconnecting", reason);
  }

  /** Drops the connection. Only `connect` starts another attempt. */
  fail(reason: ChatError): void {
    this.#dropSocket();
    this.#failures = 0;
    this.#setState("failed", reason);
  }

  /** Closes the connection for the app. */
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
    /**
     * Until a first WebSocket has opened, the address may be wrong: it is
     * probed.
     */
    const onNeverOpened = async () => {
      const { code, description } = this.#hasOpened
        ? { description: "" }
        : await this.#environment.probe(this.#url);
      if (!isCurrent()) return;
      if (code === "bad_room")
        this.fail(new ChatError(code, "The room name is not valid."));
      else retryUnreachable(cause || description || "it does not open");
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
    // A close event always follows. Some runtimes give a cause here.
    socket.addEventListener("error", ({ message }) => {
      cause = message;
    });
    socket.addEventListener("close", ({ code, reason }) => {
      if (!isCurrent()) return;
      const error = closeError(code, reason, this.lastRefusal);
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

  /** Ignores the socket from now on; a dead one may take long to close. */
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
      // It was not open yet.
    }
  }

  #setState(state: ChatState, reason: ChatError | null): void {
    if (state === this.state && reason === this.reason) return;
    this.state = state;
    this.reason = reason;
    this.#handler.onStateChange();
  }
}
