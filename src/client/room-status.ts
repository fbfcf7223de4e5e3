// Room status: keeps the topic, the pins, the lock and the slow mode of a room, and the user's role and mute, as they are now.

import type { AccessLevel } from "../protocol/access-levels.ts";
import * as LIMITS from "../protocol/limits.ts";
import type { Role } from "../protocol/roles.ts";
import type { ErrorFrame, WelcomeFrame } from "../protocol/server-frames.ts";
import type { Cancel, Environment } from "./environment.ts";
import type { ChangeEvent, ModeratedEvent } from "./events.ts";
import type { Mute } from "./moderation.ts";

/** The fields of a welcome, or of a reset. */
type Board = Pick<WelcomeFrame, "seq" | "topic" | "pins">;

/** The user whose role and mute they are. */
interface StatusViewer {
  /** The public id. */
  readonly user: string | null;
  readonly environment: Environment;
}

export class RoomStatus {
  topic = "";
  /** The newest pin first. */
  pins: readonly number[] = [];
  role: Role | null = null;
  locked = false;
  access: AccessLevel = "open";
  /** Seconds between two messages of one user; 0: no limit. */
  slow = 0;
  readonly #viewer: StatusViewer;
  readonly #onChange: () => void;
  #muted: Mute | null = null;
  /** Slow mode counts from then, by the clock of this machine. */
  #spokeAt = 0;
  /** It has all changes up to this event. */
  #asOf = 0;
  #stopTimer: Cancel = () => {};

  /** @param onChange a mute, or a time of slow mode, has ended */
  constructor(viewer: StatusViewer, onChange: () => void) {
    this.#viewer = viewer;
    this.#onChange = onChange;
  }

  /** This user may not speak, until then if there is an end; null: may. */
  get muted(): Mute | null {
    const until = this.#muted?.until;
    return until && until <= this.#now ? null : this.#muted;
  }

  /** When slow mode lets this user write again; null: now. */
  get slowUntil(): number | null {
    if (this.slow === 0 || this.role !== null) return null;
    const until = this.#spokeAt + this.slow * 1000;
    return until > this.#now ? until : null;
  }

  /** A connection begins. */
  onWelcome(welcome: WelcomeFrame): void {
    this.role = welcome.role ?? null;
    this.#muted = welcome.muted ?? null;
    this.slow = welcome.slow ?? 0;
    this.locked = welcome.locked ?? false;
    this.access = welcome.access ?? "open";
    this.onReset(welcome);
    this.#schedule();
  }

  /** The log was replaced. */
  onReset({ seq, topic = "", pins = [] }: Board): void {
    this.#asOf = seq;
    this.topic = String(topic);
    this.pins = Array.isArray(pins) ? pins.map(Number) : [];
  }

  onEvent(event: ChangeEvent): void {
    if (event.seq <= this.#asOf) return;
    if (event.type === "topic") this.topic = event.text;
    else if (event.type === "moderated") this.#onModerated(event);
    else if (event.type === "deleted" || /pinned/.test(event.type)) {
      const others = this.pins.filter((seq) => seq !== event.of);
      this.pins =
        event.type === "pinned"
          ? [event.of, ...others].slice(0, LIMITS.pinsMax)
          : others;
    }
  }

  /** Takes pins off. @param isDeleted is that message known to be deleted? */
  dropPins(isDeleted: (seq: number) => boolean | undefined): void {
    this.pins = this.pins.filter((seq) => !isDeleted(seq));
  }

  /** This user has written a message. */
  onSpoken(): void {
    this.#spokeAt = this.#now;
    this.#schedule();
  }

  /** The server refuses what this user says. */
  onRefusal({ code, reason, retryAfter = 0, until }: ErrorFrame): void {
    if (reason === "room_locked") this.locked = true;
    else if (reason === "slow_mode")
      this.#spokeAt = this.#now + retryAfter - this.slow * 1000;
    else if (code === "muted") this.#muted = { ...(until && { until }) };
    this.#schedule();
  }

  /** No change by time is told any more, until the next welcome. */
  stop(): void {
    this.#stopTimer();
  }

  #onModerated(event: ModeratedEvent): void {
    const { action, target, role = "none", until, seconds = 0 } = event;
    if (action === "slow") this.slow = seconds;
    else if (action === "access") this.access = event.access ?? "open";
    else if (/lock$/.test(action)) this.locked = action === "lock";
    else if (target?.user === this.#viewer.user) {
      if (action === "mute") this.#muted = { ...(until && { until }) };
      else if (action === "unmute") this.#muted = null;
      else if (action === "role") {
        this.role = role === "none" ? null : role;
        // A mute by a user whose role is not higher does not hold any more: if
        // it does, the server says so.
        if (this.role !== null) this.#muted = null;
      }
    }
    this.#schedule();
  }

  #schedule(): void {
    this.#stopTimer();
    const never = Number.POSITIVE_INFINITY;
    const until = Math.min(this.muted?.until ?? never, this.slowUntil ?? never);
    if (until < never)
      this.#stopTimer = this.#viewer.environment.after(
        until - this.#now,
        () => {
          this.#schedule();
          this.#onChange();
        },
      );
  }

  get #now(): number {
    return this.#viewer.environment.now();
  }
}
