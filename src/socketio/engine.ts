// Engine: runs one session of Engine.IO 4 over polling or a WebSocket, with heartbeat, upgrade, and bounded queues.
import {
  decodeBody,
  decodeFrame,
  type EngineData,
  type EnginePacket,
  encodeBody,
  encodeFrame,
} from "./engine-packet.ts";

/** A WebSocket of the client. */
export interface FramePort {
  /** Bytes that wait for the client to read. */
  readonly bufferedAmount: number;
  send(frame: EngineData): void;
  close(): void;
}

/** A polling request that waits for its response. */
export interface Exchange {
  respond(status: number, body: string): void;
}

export interface EngineHandler {
  onMessage(data: EngineData, now: number): void;
  /** The client has everything that was sent before the last ping. */
  onPong?(now: number): void;
  /** The session has ended. Called once. */
  onClose(now: number): void;
  /** The effects of the messages of a POST are not known yet. */
  isBusy?(): boolean;
}

export interface EngineOptions {
  readonly sid: string;
  /** 0: no pings. */
  readonly pingIntervalMs: number;
  readonly pingTimeoutMs: number;
  /** Bytes of a polling body or a frame from the client. */
  readonly maxPayload: number;
  readonly handler: EngineHandler;
  readonly now: number;
}

/**
 * The interval and the timeout that stand for "never": the client's timer takes
 * at most 2^31 - 1 ms for both together.
 */
export const NEVER = { pingInterval: 2_147_000_000, pingTimeout: 400_000 };
/** Bytes that may wait for a polling client. */
const QUEUE_MAX_BYTES = 4 * 1024 * 1024;
/** Bytes of one polling response, unless one packet alone is larger. */
const RESPONSE_MAX_BYTES = 512 * 1024;
/** A proxy may cut a response that takes longer. */
const POLL_MAX_MS = 25_000;
/** Without pings, a polling client that does not ask for so long has gone. */
const POLL_SILENCE_MS = 60_000;
/** A POST waits at most so long for the effects of its messages. */
const POST_MAX_MS = 10_000;
const UPGRADE_MAX_MS = 10_000;

const OK = "ok";
export const BAD_REQUEST = '{"code":3,"message":"Bad request"}';

interface Waiting {
  readonly exchange: Exchange;
  readonly until: number;
}

export class Engine {
  readonly sid: string;
  readonly #options: EngineOptions;
  readonly #handler: EngineHandler;
  #port: FramePort | null = null;
  #candidate: { port: FramePort; until: number; isProbed: boolean } | null =
    null;
  #queue: EnginePacket[] = [];
  #queueBytes = 0;
  #poll: Waiting | null = null;
  #post: Waiting | null = null;
  #polledAt: number;
  #pingAt: number;
  #pongBy: number | null = null;
  /** A WebSocket of another process is about to take over. */
  #upgradingUntil = -Infinity;
  #isClosed = false;

  constructor(options: EngineOptions) {
    this.#options = options;
    this.#handler = options.handler;
    this.sid = options.sid;
    this.#polledAt = options.now;
    this.#pingAt = options.now + options.pingIntervalMs;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** The client uses a WebSocket. */
  get isUpgraded(): boolean {
    return this.#port !== null;
  }

  /** Bytes that wait for the client to read. */
  get bufferedAmount(): number {
    return this.#port?.bufferedAmount ?? this.#queueBytes;
  }

  /** When `tick` must be called at the latest, ms since 1970. */
  get deadline(): number {
    const times = [
      this.#pongBy ?? (this.#hasPings ? this.#pingAt : Infinity),
      this.#poll?.until ?? Infinity,
      this.#post?.until ?? Infinity,
      this.#candidate?.until ?? Infinity,
      this.#goneAt,
    ];
    return Math.min(...times);
  }

  /** The body of the response that opens a polling session. */
  openBody(): string {
    return encodeBody([this.#openPacket(["websocket"])]);
  }

  /** Makes a WebSocket the transport of a new session. */
  openSocket(port: FramePort): void {
    this.#port = port;
    port.send(encodeFrame(this.#openPacket([])));
  }

  /**
   * Makes a WebSocket the transport of a polling session. A ping follows soon:
   * the last one may be long ago.
   */
  takeSocket(port: FramePort, now: number): void {
    this.#port = port;
    this.#pingAt = now;
    for (const packet of this.#takeQueue()) port.send(encodeFrame(packet));
  }

  /** Takes a GET of a polling client. */
  poll(exchange: Exchange, now: number): void {
    if (this.#isClosed || this.#port !== null) {
      exchange.respond(400, BAD_REQUEST);
      return;
    }
    if (this.#poll !== null) {
      // A second request at once breaks the protocol.
      exchange.respond(400, BAD_REQUEST);
      this.close(now);
      return;
    }
    this.#polledAt = now;
    this.#poll = { exchange, until: now + POLL_MAX_MS };
    // The client waits for the end of its polls before it goes on.
    if (this.#candidate?.isProbed || now < this.#upgradingUntil)
      this.#endPoll();
    else this.#flush();
  }

  /** Takes a POST of a polling client. */
  post(body: string, exchange: Exchange, now: number): void {
    const isWrong =
      this.#isClosed ||
      this.#port !== null ||
      body.length > this.#options.maxPayload;
    const packets = isWrong ? null : decodeBody(body);
    if (packets === null || this.#post !== null) {
      exchange.respond(400, BAD_REQUEST);
      if (this.#port === null) this.close(now);
      return;
    }
    this.#post = { exchange, until: now + POST_MAX_MS };
    for (const packet of packets) this.#receive(packet, now);
    this.settle();
  }

  /** Answers the POST whose messages have had their effects. */
  settle(): void {
    if (this.#handler.isBusy?.() && !this.#isClosed) return;
    this.#answerPost();
  }

  /** Takes a WebSocket that wants to take over a polling session. */
  upgrade(port: FramePort, now: number): void {
    if (this.#isClosed || this.#port !== null || this.#candidate !== null)
      port.close();
    else
      this.#candidate = { port, until: now + UPGRADE_MAX_MS, isProbed: false };
  }

  /** Takes a frame of a WebSocket. */
  frame(port: FramePort, frame: EngineData, now: number): void {
    if (this.#isClosed) return;
    const packet = decodeFrame(frame);
    if (port === this.#port) {
      if (packet === null || frame.length > this.#options.maxPayload)
        this.close(now);
      else this.#receive(packet, now);
    } else if (port === this.#candidate?.port) this.#probe(packet, now);
  }

  /** A WebSocket has closed. */
  socketClosed(port: FramePort, now: number): void {
    if (port === this.#port) this.close(now);
    else if (port === this.#candidate?.port) this.#candidate = null;
  }

  /**
   * Answers the poll, as if a WebSocket of another process had sent its probe.
   */
  probed(now: number): boolean {
    if (this.#isClosed || this.#port !== null) return false;
    this.#upgradingUntil = now + UPGRADE_MAX_MS;
    this.#endPoll();
    return true;
  }

  send(data: EngineData): void {
    this.#send({ type: "message", data });
  }

  /** Does what is due. */
  tick(now: number): void {
    if (this.#isClosed) return;
    if ((this.#pongBy ?? Infinity) <= now || this.#goneAt <= now) {
      this.close(now);
      return;
    }
    if ((this.#poll?.until ?? Infinity) <= now) this.#endPoll();
    if ((this.#post?.until ?? Infinity) <= now) this.#answerPost();
    if (this.#candidate !== null && this.#candidate.until <= now) {
      this.#candidate.port.close();
      this.#candidate = null;
    }
    if (this.#hasPings && this.#pongBy === null && this.#pingAt <= now) {
      this.#pongBy = now + this.#options.pingTimeoutMs;
      this.#send({ type: "ping", data: "" });
    }
  }

  /**
   * Ends the session. The client sees a lost connection, and comes back by
   * itself.
   */
  close(now: number): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#queue.push({ type: "close", data: "" });
    if (this.#poll !== null) this.#flush();
    this.#queue = [];
    this.#queueBytes = 0;
    this.#answerPost();
    this.#port?.close();
    this.#candidate?.port.close();
    this.#candidate = null;
    this.#handler.onClose(now);
  }

  /** Ends the session here and returns the packets that nobody has had. */
  handOver(): EnginePacket[] {
    this.#isClosed = true;
    this.#endPoll();
    this.#answerPost();
    return this.#takeQueue();
  }

  get #hasPings(): boolean {
    return this.#options.pingIntervalMs > 0;
  }

  get #goneAt(): number {
    const isSilent =
      !this.#hasPings && this.#port === null && this.#poll === null;
    return isSilent ? this.#polledAt + POLL_SILENCE_MS : Infinity;
  }

  #openPacket(upgrades: readonly string[]): EnginePacket {
    const { sid, pingIntervalMs, pingTimeoutMs, maxPayload } = this.#options;
    const { pingInterval, pingTimeout } = this.#hasPings
      ? { pingInterval: pingIntervalMs, pingTimeout: pingTimeoutMs }
      : NEVER;
    const about = { sid, upgrades, pingInterval, pingTimeout, maxPayload };
    return { type: "open", data: JSON.stringify(about) };
  }

  #receive({ type, data }: EnginePacket, now: number): void {
    if (this.#isClosed) return;
    switch (type) {
      case "message":
        this.#handler.onMessage(data, now);
        return;
      case "pong":
        this.#pongBy = null;
        this.#pingAt = now + this.#options.pingIntervalMs;
        this.#handler.onPong?.(now);
        return;
      case "close":
        // Its poll ends without a packet of ours to close.
        this.#endPoll();
        this.close(now);
        return;
      case "noop":
        return;
      default:
        // A client sends no other packet: a ping is ours to send.
        this.close(now);
    }
  }

  /** The first frame of an upgrade is a probe, the second one completes it. */
  #probe(packet: EnginePacket | null, now: number): void {
    const candidate = this.#candidate;
    if (candidate === null) return;
    if (packet?.type === "ping" && packet.data === "probe") {
      candidate.isProbed = true;
      candidate.port.send("3probe");
      this.#endPoll();
    } else if (packet?.type === "upgrade" && candidate.isProbed) {
      this.#candidate = null;
      this.#endPoll();
      this.takeSocket(candidate.port, now);
    } else {
      candidate.port.close();
      this.#candidate = null;
    }
  }

  #send(packet: EnginePacket): void {
    if (this.#isClosed) return;
    if (this.#port !== null) {
      this.#port.send(encodeFrame(packet));
      return;
    }
    this.#queue.push(packet);
    this.#queueBytes += sizeOf(packet);
    // The handler must not be called from within its own call.
    if (this.#queueBytes > QUEUE_MAX_BYTES) this.#pongBy = 0;
    else this.#flush();
  }

  /** Answers the poll with packets that wait. */
  #flush(): void {
    if (this.#poll === null || this.#queue.length === 0) return;
    let count = 0;
    let bytes = 0;
    for (const packet of this.#queue) {
      bytes += sizeOf(packet);
      if (count > 0 && bytes > RESPONSE_MAX_BYTES) break;
      count++;
    }
    const packets = this.#queue.splice(0, count);
    for (const packet of packets) this.#queueBytes -= sizeOf(packet);
    this.#respondPoll(packets);
  }

  /** Answers the poll, if there is one, with packets or a noop. */
  #endPoll(): void {
    this.#flush();
    if (this.#poll !== null) this.#respondPoll([{ type: "noop", data: "" }]);
  }

  #respondPoll(packets: readonly EnginePacket[]): void {
    const exchange = this.#poll?.exchange;
    this.#poll = null;
    exchange?.respond(200, encodeBody(packets));
  }

  #answerPost(): void {
    const exchange = this.#post?.exchange;
    this.#post = null;
    exchange?.respond(200, OK);
  }

  #takeQueue(): EnginePacket[] {
    this.#queueBytes = 0;
    return this.#queue.splice(0);
  }
}

/** An upper bound for one packet in memory and in a body, in UTF-16 units. */
function sizeOf({ data }: EnginePacket): number {
  return data.length + 2;
}
