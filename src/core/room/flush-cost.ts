// Flush cost: a room learns what a frame to a socket costs here, from the time at which the loop is free after a flush.

/** An estimate of a cost, in ms, and the time that may be spent on it. */
export interface CostModel {
  /** For each frame or call, whatever its size. */
  readonly each: number;
  /** For each object in a frame or call. */
  readonly item: number;
  /**
   * The part of its time that a room may spend on flushes.
   *
   * @param cost of one flush, in ms
   * @param items objects in its frames
   */
  share(cost: number, items: number): number;
}

/**
 * The estimate at the start: workerd takes 20-50 us to send one frame to an idle
 * socket (measured).
 */
const EACH_MS = 0.04;
/**
 * The limits of the estimate. The lower one is for a host that first waits for
 * its storage: its loop is free before it sends.
 */
const EACH_MIN_MS = 0.015;
const EACH_MAX_MS = 0.4;
/** The limits of a room's share, and its value for a flush of 1 ms and 1 object. */
const SHARE_MIN = 0.16;
const SHARE_MAX = 0.3;
const SHARE = 0.069;
/** A flush to fewer sockets is too short for a clock of milliseconds. */
const SOCKETS_MIN = 100;
/** A longer time is a halt of the machine, or a clock that was set. */
const SAMPLE_MAX_MS = 1000;
/** The estimate is the median of so many samples. */
const SAMPLES = 5;
/** The shortest time between two samples, once there are enough. */
const BETWEEN_MS = 200;

/** The cost of frames to sockets. It is learned, since machines and loads differ. */
export class FrameCost implements CostModel {
  #each = EACH_MS;
  readonly item = 0.0002;
  /** The newest samples, in the order in which they came. */
  readonly #samples: number[] = [EACH_MS, EACH_MS, EACH_MS];
  #sampledAt = Number.NEGATIVE_INFINITY;
  /** The flush that is measured. */
  #flush: { at: number; sockets: number; items: number } | null = null;

  get each(): number {
    return this.#each;
  }

  /**
   * The square-root law: where a flush costs four times as much, the room flushes
   * half as often, and spends twice the share. With more objects in a frame, more
   * people wait, so it flushes more often.
   */
  share(cost: number, items: number): number {
    const share = SHARE * Math.sqrt(cost) * Math.max(1, items) ** 0.2;
    return Math.min(SHARE_MAX, Math.max(SHARE_MIN, share));
  }

  /**
   * Starts to measure a flush, unless it is too small, or was measured lately.
   *
   * @param sockets connections that get a frame
   * @param items objects in each frame; a flush without any is never measured,
   * since people join or leave at the same time
   * @returns true if the room has to call `loopIsFree`
   */
  measure(sockets: number, items: number, now: number): boolean {
    const isFull = this.#samples.length === SAMPLES;
    const isRecent = Math.abs(now - this.#sampledAt) < BETWEEN_MS;
    const isMeasured =
      sockets >= SOCKETS_MIN && items > 0 && !(isFull && isRecent);
    this.#flush = isMeasured ? { at: now, sockets, items } : null;
    return isMeasured;
  }

  /** Ends the measurement: the sockets have taken the frames of the flush. */
  loopIsFree(now: number): void {
    if (this.#flush === null) return;
    const { at, sockets, items } = this.#flush;
    this.#flush = null;
    const took = now - at;
    if (took < 0 || took > SAMPLE_MAX_MS) return;
    this.#sampledAt = now;
    const each = took / sockets - items * this.item;
    this.#samples.push(Math.min(EACH_MAX_MS, Math.max(EACH_MIN_MS, each)));
    if (this.#samples.length > SAMPLES) this.#samples.shift();
    const sorted = this.#samples.toSorted((a, b) => a - b);
    this.#each = sorted[sorted.length >> 1] ?? EACH_MS;
  }
}
