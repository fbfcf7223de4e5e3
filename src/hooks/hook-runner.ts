// Hook runner: a host calls the app's hooks for its rooms, keeps their promises with a timeout, and turns each outcome into a verdict.
import type {
  AppAnswer,
  AppHooks,
  AppVerdict,
  UserLeft,
} from "../core/shared/app-verdicts.ts";
import type { Op, Refused, Reply } from "../core/shared/rpc.ts";
import { log, stackOf, type WriteLog } from "../hosting/log.ts";
import {
  type HostCounters,
  UNREAD_COUNTERS,
} from "../hosting/metrics/host-counters.ts";
import type { Settings } from "../protocol/settings.ts";
import { CommandAnswers } from "./command-answers.ts";
import { deliverEvents } from "./event-hook.ts";
import type { ChatTypes, Hooks, TimedHook } from "./hooks.ts";
import { readJoinVerdict, readTextVerdict } from "./read-verdict.ts";

/** How long a promise may take, ms: by default, and at most. */
const TIMEOUT_MS = 1500;
export const TIMEOUT_MAX_MS = 5000;
/** A verdict that no room has asked for is dropped after this time, ms. */
const KEPT_MS = 60_000;

/** The app's hooks for the rooms of one host. */
export interface HookRunner {
  /** Asks the hooks inside of an event. */
  readonly hooks: AppHooks;
  /** The calls of a room to the app. */
  ask(ops: readonly Op[]): Promise<readonly Reply[]>;
}

export const TIMED_OUT: Refused = {
  type: "refused",
  code: "unavailable",
  message: "The app did not answer in time.",
  retryAfter: 1000,
};
const FAILED: AppVerdict = { type: "refused", code: "internal" };

/**
 * @param write logs failures and timeouts of hooks
 * @param counters counts them, and the time that hooks take
 * @returns null if the app has no hook for rooms
 */
export function createHookRunner<E, T extends ChatTypes>(
  hooks: Hooks<E, T>,
  env: E,
  settings: Pick<Settings, "TEXT_MAX">,
  write: WriteLog = log,
  counters = UNREAD_COUNTERS,
): HookRunner | null {
  const { onJoin, onMessage, onPrivate, onCommand, onLeave, onEvents } = hooks;
  const isUsed =
    onJoin ?? onMessage ?? onPrivate ?? onCommand ?? onLeave ?? onEvents;
  if (isUsed === undefined) return null;
  const promises = new PromisedVerdicts(hooks, write, counters);
  const readText = (value: unknown) => readTextVerdict(value, settings);
  return {
    hooks: {
      ...(onJoin !== undefined && {
        join: (question) =>
          promises.run("onJoin", question.room, readJoinVerdict, () =>
            hooks.onJoin?.({ ...question, env }),
          ),
      }),
      ...(onMessage !== undefined && {
        message: ({ room, user, traceparent, ...message }) =>
          promises.run("onMessage", room, readText, () =>
            hooks.onMessage?.({
              message: { kind: "message", ...own(message) },
              ...{ user, room, env, ...traced(traceparent) },
            }),
          ),
      }),
      ...(onPrivate !== undefined && {
        privateMessage: ({ room, user, to, toUser, traceparent, ...message }) =>
          promises.run("onPrivate", room, readText, () =>
            hooks.onPrivate?.({
              from: user,
              to: { username: to, ...(toUser !== undefined && { id: toUser }) },
              message: own(message),
              ...{ room, env, ...traced(traceparent) },
            }),
          ),
      }),
      commands: Object.keys(onCommand ?? {}).toSorted(),
      ...(onCommand !== undefined && {
        command: ({ room, user, name, args, id, traceparent }) => {
          const answers = new CommandAnswers(settings);
          return promises.run(
            "onCommand",
            room,
            (value) => answers.end(value),
            () => {
              const { reply, say } = answers;
              const asked = {
                ...{ user, args, room, env, reply, say },
                ...traced(traceparent),
                ...(id !== undefined && { id }),
              };
              return onCommand[name]?.(asked);
            },
          );
        },
      }),
      hearsLeaves: onLeave !== undefined,
      hearsEvents: onEvents !== undefined,
    },
    ask: (ops) =>
      Promise.all(
        ops.map((op): Reply | Promise<Reply> => {
          if (op.type === "verdict") return promises.take(op.ticket);
          if (op.type === "events")
            return deliverEvents(hooks, op, env, write, counters);
          if (op.type === "user-left")
            tellLeave(hooks, op, env, write, counters);
          return { type: "done" };
        }),
      ),
  };
}

/** @returns the field of a question; none if there is no trace */
function traced(traceparent: string | undefined): { traceparent?: string } {
  return traceparent === undefined ? {} : { traceparent };
}

/** The app may change its copy: the original is checked already. */
function own<M extends { readonly data?: unknown }>(message: M): M {
  return message.data === undefined
    ? message
    : { ...message, data: structuredClone(message.data) };
}

function tellLeave<E, T extends ChatTypes>(
  hooks: Hooks<E, T>,
  { room, user }: UserLeft,
  env: E,
  write: WriteLog,
  counters: HostCounters,
): void {
  const counts = counters.hook("onLeave");
  const startedAt = Date.now();
  const ended = () => counts.time.observe(Date.now() - startedAt);
  const failed = (error: unknown) => {
    counts.failed++;
    logFailure("onLeave", room, error, write);
  };
  try {
    Promise.resolve(hooks.onLeave?.({ user, room, env }))
      .catch(failed)
      .finally(ended);
  } catch (error) {
    ended();
    failed(error);
  }
}

/** Verdicts that hooks have promised, until a room asks for them. */
class PromisedVerdicts {
  readonly #hooks: Pick<Hooks, "timeouts" | "onTimeout">;
  readonly #write: WriteLog;
  readonly #counters: HostCounters;
  readonly #promised = new Map<
    number,
    { readonly at: number; readonly verdict: Promise<AppVerdict> }
  >();
  #lastTicket = 0;

  constructor(
    hooks: Pick<Hooks, "timeouts" | "onTimeout">,
    write: WriteLog,
    counters: HostCounters,
  ) {
    this.#hooks = hooks;
    this.#write = write;
    this.#counters = counters;
  }

  /**
   * Calls a hook.
   *
   * @param read throws if the value is no verdict
   */
  run(
    hook: TimedHook,
    room: string,
    read: (value: unknown) => AppVerdict,
    call: () => unknown,
  ): AppAnswer {
    const counts = this.#counters.hook(hook);
    const startedAt = Date.now();
    const failed = (error: unknown): AppVerdict => {
      counts.failed++;
      logFailure(hook, room, error, this.#write);
      return FAILED;
    };
    try {
      const value = call();
      if (!isPromise(value)) {
        counts.time.observe(Date.now() - startedAt);
        return read(value);
      }
      const verdict = Promise.resolve(value).then(read).catch(failed);
      return this.#keep(this.#inTime(hook, room, verdict, startedAt));
    } catch (error) {
      counts.time.observe(Date.now() - startedAt);
      return failed(error);
    }
  }

  /** Resolves with the verdict of a ticket. */
  take(ticket: number): Promise<AppVerdict> {
    const promised = this.#promised.get(ticket);
    this.#promised.delete(ticket);
    return promised?.verdict ?? Promise.resolve(TIMED_OUT);
  }

  #keep(verdict: Promise<AppVerdict>): AppAnswer {
    const now = Date.now();
    // A room that failed in that event never asks.
    for (const [ticket, { at }] of this.#promised) {
      if (at > now - KEPT_MS) break;
      this.#promised.delete(ticket);
    }
    const ticket = ++this.#lastTicket;
    this.#promised.set(ticket, { at: now, verdict });
    return { type: "pending", ticket };
  }

  /** The timer also keeps the room awake. */
  #inTime(
    hook: TimedHook,
    room: string,
    verdict: Promise<AppVerdict>,
    startedAt: number,
  ): Promise<AppVerdict> {
    const { timeouts, onTimeout } = this.#hooks;
    const counts = this.#counters.hook(hook);
    return new Promise((resolve) => {
      const timer = setTimeout(
        () => {
          counts.timedOut++;
          this.#write({ room, event: "hook timed out", hook });
          // A command that has not ended has not happened.
          const isAllowed = onTimeout === "allow" && hook !== "onCommand";
          resolve(isAllowed ? { type: "allowed" } : TIMED_OUT);
        },
        timeoutOf(hook, timeouts),
      );
      void verdict.then((known) => {
        clearTimeout(timer);
        counts.time.observe(Date.now() - startedAt);
        resolve(known);
      });
    });
  }
}

export function timeoutOf(
  hook: TimedHook,
  timeouts: Hooks["timeouts"],
): number {
  return Math.min(timeouts?.[hook] ?? TIMEOUT_MS, TIMEOUT_MAX_MS);
}

export function isPromise(value: unknown): value is PromiseLike<unknown> {
  return (
    typeof value === "object" &&
    value !== null &&
    "then" in value &&
    typeof value.then === "function"
  );
}

/** Never the texts of users, which the message of the error may quote. */
export function logFailure(
  hook: TimedHook | "onLeave",
  room: string,
  error: unknown,
  write: WriteLog = log,
): void {
  write({ room, event: "hook failed", hook, error: stackOf(error) });
}
