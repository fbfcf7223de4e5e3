// The connection to a room's server: opened, kept alive, given up for dead, opened again.
import { shouldReconnect } from "../protocol/errors.ts";
import { PING, SUBPROTOCOL } from "../protocol/framing.ts";
import { backoff } from "./backoff.ts";
import { ChatError, closeError, ownError, wordsOf } from "./chat-error.ts";
import type { Cancel, Environment, Socket } from "./environment.ts";
import type { ChatState } from "./events.ts";
import { readObjects } from "./wire.ts";

/** From the first try to `live`: a network may swallow it all. */
export const WELCOME_MS = 15_000;
const BEAT_MS = 30_000;
export const PONG_MS = 10_000;
/** Who was live for less comes back as slowly as who never was. */
const STABLE_MS = 5000;

/** What the connection tells whoever uses it. */
export interface ConnectionUser {
  /** Before each try. Rejects with a `ChatError` if there can be none now. */
  prepare(): Promise<void>;
  /** Open: time to join. */
  opened(): void;
  /** The objects of one frame. */
  received(objects: unknown[]): void;
  /** Every half minute while live. */
  beat(): void;
  /** The state has changed; what was sent and not answered may be lost. */
  changed(): void;
}

export class Connection {
  state: ChatState = "connecting";
  reason: ChatError | null = null;
  readonly #url: string;
  readonly #environment: Environment;
  readonly #user: ConnectionUser;
  #socket: Socket | null = null;
  #hasOpened = false;
  #failures = 0;
  #liveSince = 0;
  /** Rises with each try: what an earlier one started is no more. */
  #attempt = 0;
  /** For the welcome, the next beat, or the next try. */
  #stopTimer: Cancel = () => {};
  #stopPong: Cancel | null = null;

  /** @param url by http or https, which is asked if no WebSocket opens */
  constructor(url: string, environment: Environment, user: ConnectionUser) {
    this.#url = url;
    this.#environment = environment;
    this.#user = user;
  }

  /** Ended on our own account. */
  get isClosed(): boolean {
    return this.state === "offline" && this.reason?.code === "closed";
  }

  /** Which one this is: what happens to it concerns no other. */
  get attempt(): number {
    return this.#attempt;
  }

  /** Tries now, whatever it was waiting for. */
  start(): void {
    this.#drop();
    const own = this.#attempt;
    this.#change("connecting", null);
    this.#user.prepare().then(
      () => {
        if (own === this.#attempt) this.#open();
      },
      (error) => {
        if (own === this.#attempt) this.fail(error);
      },
    );
  }

  /** As `start`, for someone who knows that there is a network again. */
  wake(): void {
    if (this.state === "offline") {
      this.#failures = 0;
      this.start();
    } else if (this.state === "live") this.#ping();
  }

  /** The join was granted. */
  welcomed(): void {
    this.#liveSince = this.#environment.uptime();
    this.#beatLater();
    this.#change("live", null);
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
  fail(reason: ChatError): void {
    const wasStable =
      this.state === "live" &&
      this.#environment.uptime() - this.#liveSince >= STABLE_MS;
    if (wasStable) this.#failures = 0;
    this.#drop();
    const wait = backoff(
      this.#failures++,
      reason.retryAfter ?? 0,
      this.#environment.random(),
    );
    this.#stopTimer = this.#environment.after(wait, () => this.start());
    this.#change("offline", reason);
  }

  /** Gives it up for good, unless started again. */
  refuse(reason: ChatError): void {
    this.#drop();
    this.#failures = 0;
    this.#change("refused", reason);
  }

  /** Ends it on our own account. */
  stop(): void {
    this.#drop();
    this.#change("offline", ownError("closed"));
  }

  #open(): void {
    const url = this.#url.replace(/^http/, "ws");
    const unreached = (why: string, code = "connection_lost") => {
      const hint = this.#failures > 1 ? " Is the address right?" : "";
      const words = `No connection to ${url}: ${why}.${hint}`;
      this.fail(new ChatError(code, words));
    };
    let socket: Socket;
    try {
      socket = this.#environment.open(url, [SUBPROTOCOL]);
    } catch (error) {
      unreached(wordsOf(error));
      return;
    }
    this.#socket = socket;
    this.#stopTimer = this.#environment.after(WELCOME_MS, () =>
      unreached("no welcome in 15 s", "no_answer"),
    );
    let isOpen = false;
    let why: string | undefined;
    const isCurrent = () => this.#socket === socket;
    /** Until one has opened, the address may be wrong. */
    const unopened = async () => {
      const { code, words } = this.#hasOpened
        ? { words: "it does not open" }
        : await this.#environment.probe(this.#url);
      if (!isCurrent()) return;
      if (code === "bad_room")
        this.refuse(new ChatError(code, "No room has that name."));
      else unreached(why || words);
    };
    socket.addEventListener("open", () => {
      if (!isCurrent()) return;
      isOpen = true;
      this.#hasOpened = true;
      this.#user.opened();
    });
    socket.addEventListener("message", ({ data }) => {
      if (!isCurrent()) return;
      this.#stopPong?.();
      this.#stopPong = null;
      const isBatch = socket.protocol === SUBPROTOCOL;
      this.#user.received(readObjects(data, isBatch));
    });
    // Always followed by a close event. Some places say why.
    socket.addEventListener("error", ({ message }) => {
      why = message;
    });
    socket.addEventListener("close", ({ code, reason }) => {
      if (!isCurrent()) return;
      const error = closeError(code, reason);
      if (!shouldReconnect(code)) this.refuse(error);
      else if (isOpen) this.fail(error);
      else unopened();
    });
  }

  #beatLater(): void {
    this.#stopTimer();
    this.#stopTimer = this.#environment.after(BEAT_MS, () => {
      this.#beatLater();
      this.#ping();
      this.#user.beat();
    });
  }

  #ping(): void {
    this.sendText(PING);
    this.#stopPong ??= this.#environment.after(PONG_MS, () =>
      this.fail(ownError("no_answer")),
    );
  }

  /** Forgets the socket; a dead one may take its time to close. */
  #drop(): void {
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

  #change(state: ChatState, reason: ChatError | null): void {
    if (state === this.state && reason === this.reason) return;
    this.state = state;
    this.reason = reason;
    this.#user.changed();
  }
}
