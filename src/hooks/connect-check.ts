// Connect check: a host asks the app's onConnect for the user of a request, in time, and checks the answer.
import * as v from "valibot";
import type { Refused, Verified } from "../core/shared/rpc.ts";
import { log } from "../hosting/log.ts";
import { UNREAD_COUNTERS } from "../hosting/metrics/host-counters.ts";
import { dataBytes, isStorable } from "../protocol/custom-data.ts";
import * as LIMITS from "../protocol/limits.ts";
import type { Settings } from "../protocol/settings.ts";
import { isPromise, logFailure, TIMED_OUT, timeoutOf } from "./hook-runner.ts";
import type { ChatTypes, Hooks } from "./hooks.ts";
import { readDeny } from "./read-verdict.ts";

/** The issuer where neither the app nor `JWT_ISSUER` names one. */
const DEFAULT_ISSUER = "app";
const TEXT_MAX = 256;
const ROOMS_MAX = 100;

/** The user, the denial, or null: the app says nothing about the request. */
export type ConnectVerdict = Verified | Refused | null;

const text = v.pipe(
  v.string(),
  v.nonEmpty(),
  v.maxLength(TEXT_MAX),
  v.check((value) => value.isWellFormed()),
);
const userSchema = v.object({
  id: text,
  username: text,
  rooms: v.optional(v.pipe(v.array(text), v.maxLength(ROOMS_MAX))),
  expires: v.optional(v.pipe(v.number(), v.finite(), v.minValue(0))),
  data: v.optional(v.unknown()),
});

/** @returns a function that never rejects; null: the app has no `onConnect` */
export function createConnectCheck<E, T extends ChatTypes>(
  hooks: Hooks<E, T>,
  env: E,
  { JWT_ISSUER }: Pick<Settings, "JWT_ISSUER">,
  counters = UNREAD_COUNTERS,
): ((request: Request, room: string) => Promise<ConnectVerdict>) | null {
  if (hooks.onConnect === undefined) return null;
  const issuer = hooks.issuer ?? (JWT_ISSUER || DEFAULT_ISSUER);
  return async (request, room) => {
    const counts = counters.hook("onConnect");
    const startedAt = Date.now();
    try {
      const { url, method, headers } = request;
      const asked = { request: new Request(url, { method, headers }), room };
      const value = hooks.onConnect?.({ ...asked, env });
      const known = isPromise(value)
        ? await inTime(value, room, timeoutOf("onConnect", hooks.timeouts))
        : value;
      if (known !== TIMED_OUT) return read(known, issuer, room);
      counts.timedOut++;
      return TIMED_OUT;
    } catch (error) {
      counts.failed++;
      logFailure("onConnect", room, error);
      return { type: "refused", code: "internal" };
    } finally {
      counts.time.observe(Date.now() - startedAt);
    }
  };
}

/** @throws if it is neither a user, nor null, nor a denial */
function read(value: unknown, issuer: string, room: string): ConnectVerdict {
  if (value === null) return null;
  const user = v.safeParse(userSchema, value);
  if (!user.success) return readDeny(value);
  const { id, username, rooms = null, expires = null, data } = user.output;
  return {
    ...{ type: "verified", issuer, subject: id, username, rooms, expires },
    ...(data !== undefined && isUserData(data, room) && { data }),
  };
}

/** Wrong data is left out: the app's fault does not keep its user out. */
function isUserData(data: unknown, room: string): boolean {
  if (isStorable(data) && dataBytes(data) <= LIMITS.userDataBytesMax)
    return true;
  log({ room, event: "user data refused", hook: "onConnect" });
  return false;
}

function inTime(
  value: PromiseLike<unknown>,
  room: string,
  timeoutMs: number,
): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      log({ room, event: "hook timed out", hook: "onConnect" });
      resolve(TIMED_OUT);
    }, timeoutMs);
    Promise.resolve(value)
      .then(resolve, reject)
      .finally(() => clearTimeout(timer));
  });
}
