// Room status: keeps the topic, the pins and the user's role of a room as they are now.
import * as LIMITS from "../protocol/limits.ts";
import type { Role } from "../protocol/roles.ts";
import type { WelcomeFrame } from "../protocol/server-frames.ts";
import type { ChangeEvent, ModeratedEvent } from "./events.ts";

/** The fields of a welcome, or of a reset. */
type Board = Pick<WelcomeFrame, "seq" | "topic" | "pins">;

export class RoomStatus {
  topic = "";
  /** The newest pin first. */
  pins: readonly number[] = [];
  role: Role | null = null;
  readonly #viewer: { readonly user: string | null };
  /** It has all changes up to this event. */
  #asOf = 0;

  /** @param viewer the user, whose role it is */
  constructor(viewer: { readonly user: string | null }) {
    this.#viewer = viewer;
  }

  /** A connection begins. */
  onWelcome(welcome: WelcomeFrame): void {
    this.role = welcome.role ?? null;
    this.onReset(welcome);
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

  #onModerated({ action, target, role = "none" }: ModeratedEvent): void {
    if (action !== "role" || target?.user !== this.#viewer.user) return;
    this.role = role === "none" ? null : role;
  }
}
