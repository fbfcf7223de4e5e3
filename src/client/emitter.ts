// Emitter: passes events to listeners by type, and to async iterators.
import type { ChatEvent, ChatEventOf, ChatEventType } from "./events.ts";

type Listener = (event: ChatEvent) => void;

export class Emitter {
  readonly #listeners = new Set<Listener>();
  readonly #endCallbacks: (() => void)[] = [];
  #isEnded = false;

  /** @returns a function that ends the subscription */
  on<Type extends ChatEventType>(
    type: Type,
    listener: (event: ChatEventOf<Type>) => void,
  ): () => void {
    return this.#onAny((event) => {
      if (isOfType(event, type)) listener(event);
    });
  }

  emit(event: ChatEvent): void {
    callAll(this.#listeners, event);
  }

  /** Ends every iteration, after the events that are still unread. */
  end(): void {
    this.#isEnded = true;
    for (const wake of this.#endCallbacks) wake();
  }

  /** All events from now on. Unread events are buffered. */
  iterate(): AsyncGenerator<ChatEvent, void, void> {
    const unread: ChatEvent[] = [];
    let wake = () => {};
    const stop = this.#onAny((event) => {
      unread.push(event);
      wake();
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

  #onAny(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}

/** Calls all listeners. An error of one does not stop the others. */
export function callAll<Args extends unknown[]>(
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
