// Read marker: says how far the user has read a room, on all devices, and tells the server of it once a second at most.
import type { ReadFrame } from "../protocol/client-frames.ts";
import type { SeenFrame, WelcomeFrame } from "../protocol/server-frames.ts";
import type { Cancel, Environment } from "./environment.ts";
import type { ReadEvent } from "./events.ts";
import { hasFields, type KnownFrame } from "./parse-frame.ts";

type ReadOrSeen = Extract<KnownFrame, { type: "read" | "seen" }>;

const INTERVAL_MS = 1000;

/** The account of the user, whose mail has a marker of its own. */
interface Reader {
  readonly environment: Environment;
  onMailRead(mail: number): void;
}

export class ReadMarker {
  readonly #connection: { send(frame: ReadFrame): void };
  readonly #roomEpoch: () => string | undefined;
  readonly #reader: Reader;
  #epoch: string | undefined;
  #seq = 0;
  /** Up to there the server knows it. */
  #told = 0;
  #isSupported = false;
  #cancel: Cancel | null = null;
  #sentAt = -INTERVAL_MS;

  /** @param roomEpoch the epoch of the room, once it is known */
  constructor(
    connection: { send(frame: ReadFrame): void },
    roomEpoch: () => string | undefined,
    reader: Reader,
  ) {
    this.#connection = connection;
    this.#roomEpoch = roomEpoch;
    this.#reader = reader;
  }

  /** The user has read up to here; 0: nothing. */
  get seq(): number {
    return this.#epoch === this.#roomEpoch() ? this.#seq : 0;
  }

  onWelcome({ epoch, read = 0, limits }: WelcomeFrame): void {
    this.#seq = this.#epoch === epoch ? Math.max(this.#seq, read) : read;
    [this.#epoch, this.#told] = [epoch, read];
    this.#isSupported = !!limits.rooms;
    this.#sendSoon();
  }

  /** @returns the event for the app; none if it is known already */
  onFrame(frame: ReadOrSeen): readonly (ReadEvent | SeenFrame)[] {
    if (frame.type === "seen") return [frame];
    if ("mail" in frame) {
      if (hasFields(frame, "mail+")) this.#reader.onMailRead(frame.mail);
      return [];
    }
    const { read, epoch } = frame;
    if (!hasFields(frame, "read+") || !this.#move(read, epoch)) return [];
    this.#told = read;
    return [{ type: "read", read }];
  }

  /** Sends a frame of this marker, or of the mail's. */
  send(frame: ReadFrame): void {
    this.#connection.send(frame);
  }

  /** @returns false if it moves nothing */
  mark(seq: number): boolean {
    const isMoved = this.#move(seq, this.#roomEpoch());
    if (isMoved) this.#sendSoon();
    return isMoved;
  }

  /** Tells the server now: the room is left, or the time has come. */
  flush(): void {
    this.#cancelTimer();
    const { seq } = this;
    if (!this.#isSupported || seq <= this.#told) return;
    this.#told = seq;
    this.#sentAt = this.#reader.environment.uptime();
    // By the id a refusal belongs to no request that is in flight.
    const epoch = this.#epoch ?? "";
    this.send({ type: "read", seq, epoch, id: "read" });
  }

  /** The connection is lost: the next welcome says how far the server knows. */
  stop(): void {
    this.#isSupported = false;
    this.#cancelTimer();
  }

  #move(seq: number, epoch: string | undefined): boolean {
    if (epoch !== this.#roomEpoch() || !(seq > this.seq)) return false;
    if (this.#epoch !== epoch) this.#told = 0;
    [this.#epoch, this.#seq] = [epoch, seq];
    return true;
  }

  #cancelTimer(): void {
    this.#cancel?.();
    this.#cancel = null;
  }

  #sendSoon(): void {
    if (this.#cancel !== null) return;
    const wait = this.#sentAt + INTERVAL_MS - this.#reader.environment.uptime();
    if (wait <= 0) this.flush();
    else
      this.#cancel = this.#reader.environment.after(wait, () => this.flush());
  }
}
