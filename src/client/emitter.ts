// Emitter: passes events to listeners and async iterators, and snapshots to views; the client and its rooms extend it.
import { check, checkFunction } from "./check-arguments.ts";

interface Entry<Event> {
  readonly type: string | null;
  readonly listener: unknown;
  call(event: Event): void;
}

export class Emitter<Event extends { readonly type: string }, Snapshot>
  implements AsyncIterable<Event>
{
  readonly #types: readonly string[];
  readonly #snapshotKeys: readonly string[];
  readonly #subscribers = new Set<() => void>();
  readonly #endCallbacks: (() => void)[] = [];
  #entries: readonly Entry<Event>[] = [];
  #isEnded = false;
  #snapshot: Snapshot | undefined;
  #serverSnapshot: Snapshot | undefined;

  /**
   * @internal
   * @param types of the events, with blanks between them
   * @param snapshotKeys the properties in a snapshot, likewise
   */
  constructor(types: string, snapshotKeys: string) {
    this.#types = types.split(" ");
    this.#snapshotKeys = snapshotKeys.split(" ");
  }

  /**
   * Subscribes to the events of one type, in order.
   *
   * @returns a function that ends the subscription
   * @throws TypeError if there is no such event
   */
  on<Type extends Event["type"]>(
    type: Type,
    listener: (event: Extract<Event, { type: Type }>) => void,
  ): () => void {
    return this.#add(type, listener, false);
  }

  /** As `on`, for the next event only. */
  once<Type extends Event["type"]>(
    type: Type,
    listener: (event: Extract<Event, { type: Type }>) => void,
  ): () => void {
    return this.#add(type, listener, true);
  }

  /** Ends every subscription of this listener to this type. */
  off<Type extends Event["type"]>(
    type: Type,
    listener: (event: Extract<Event, { type: Type }>) => void,
  ): void {
    this.#check(type, listener);
    this.#keep((entry) => entry.type !== type || entry.listener !== listener);
  }

  /** All events from now on, until the end. Unread events are buffered. */
  [Symbol.asyncIterator](): AsyncGenerator<Event, void, void> {
    const unread: Event[] = [];
    let wake = () => {};
    const stop = this.#addEntry({
      type: null,
      listener: null,
      call: (event) => {
        unread.push(event);
        wake();
      },
    });
    this.#endCallbacks.push(() => wake());
    const isEnded = () => this.#isEnded;
    async function* read() {
      try {
        for (;;) {
          yield* unread.splice(0);
          if (unread.length > 0) continue;
          if (isEnded()) return;
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        }
      } finally {
        stop();
      }
    }
    return read();
  }

  /**
   * For views: calls the listener when `getSnapshot` returns another object.
   *
   * @returns a function that ends the subscription
   */
  readonly subscribe = (listener: () => void): (() => void) => {
    checkFunction(listener, "listener");
    this.#subscribers.add(listener);
    return () => this.#subscribers.delete(listener);
  };

  /** The state for views: the same object until something changes. */
  readonly getSnapshot = (): Snapshot => {
    this.#snapshot ??= Object.fromEntries(
      this.#snapshotKeys.map((key) => [key, Reflect.get(this, key)]),
    ) as Snapshot;
    return this.#snapshot;
  };

  /** The snapshot for rendering on a server, and for hydration in a browser. */
  readonly getServerSnapshot = (): Snapshot => {
    this.#serverSnapshot ??= this.getSnapshot();
    return this.#serverSnapshot;
  };

  /** @internal */
  emit(event: Event): void {
    callAll(
      this.#entries
        .filter(({ type }) => type === null || type === event.type)
        .map((entry) => entry.call),
      event,
    );
  }

  /** @internal The snapshot is out of date. */
  invalidate(): void {
    this.#snapshot = undefined;
  }

  /** @internal Calls the views. */
  notify(): void {
    callAll(this.#subscribers);
  }

  /** @internal Ends every iteration, after the events that are still unread. */
  end(): void {
    this.#isEnded = true;
    for (const wake of this.#endCallbacks) wake();
  }

  #add<Type extends Event["type"]>(
    type: Type,
    listener: (event: Extract<Event, { type: Type }>) => void,
    isOnce: boolean,
  ): () => void {
    this.#check(type, listener);
    const stop = this.#addEntry({
      type,
      listener,
      call: (event) => {
        if (isOnce) stop();
        if (isOfType(event, type)) listener(event);
      },
    });
    return stop;
  }

  #addEntry(entry: Entry<Event>): () => void {
    this.#entries = [...this.#entries, entry];
    return () => this.#keep((one) => one !== entry);
  }

  #keep(isKept: (entry: Entry<Event>) => boolean): void {
    this.#entries = this.#entries.filter(isKept);
  }

  #check(type: string, listener: unknown): void {
    check(this.#types.includes(type), `There is no event ${type}.`);
    checkFunction(listener, "listener");
  }
}

/** Calls all listeners. An error of one does not stop the others. */
function callAll<Args extends unknown[]>(
  listeners: Iterable<(...args: Args) => void>,
  ...args: Args
): void {
  for (const listener of [...listeners]) {
    try {
      listener(...args);
    } catch (error) {
      // The app's error is reported as an uncaught one.
      queueMicrotask(() => {
        throw error;
      });
    }
  }
}

export function isOfType<Any extends { type: string }, Type extends string>(
  one: Any,
  type: Type,
): one is Extract<Any, { type: Type }> {
  return one.type === type;
}
