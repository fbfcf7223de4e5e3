// One-shot timer: fires once at a time that can be replaced, and keeps quiet while the time stays the same.

export class OneShotTimer {
  readonly #fire: () => void;
  #timer: { at: number; handle: ReturnType<typeof setTimeout> } | null = null;

  constructor(fire: () => void) {
    this.#fire = fire;
  }

  /** When it fires, ms since 1970; null: it is not set. */
  get at(): number | null {
    return this.#timer?.at ?? null;
  }

  /** @param at ms since 1970; null: never */
  set(at: number | null, now: number): void {
    if (at === this.at) return;
    this.clear();
    if (at === null) return;
    const fire = () => {
      this.#timer = null;
      this.#fire();
    };
    this.#timer = { at, handle: setTimeout(fire, Math.max(0, at - now)) };
  }

  clear(): void {
    if (this.#timer !== null) clearTimeout(this.#timer.handle);
    this.#timer = null;
  }
}
