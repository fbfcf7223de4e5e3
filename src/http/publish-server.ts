// Publish server: the parts of a server that requests to publish need, and the outcome of one message as HTTP tells it.
import type { Address, Platform } from "../core/shared/contract.ts";
import type { Refusal } from "../core/shared/refusal.ts";
import type { Op, Reply } from "../core/shared/rpc.ts";
import { ERRORS } from "../protocol/errors.ts";
import type { Settings } from "../protocol/settings.ts";
import type { RateState } from "./key-rates.ts";
import type { PublishAuthor } from "./publish-author.ts";
import { refusalResponse, statusOfRefusal } from "./refusal-response.ts";

export interface PublishServer {
  readonly settings: Pick<Settings, "FRAME_MAX" | "TEXT_MAX">;
  readonly platform: Pick<Platform, "hash" | "random">;
  /** Calls one object. Rejects if it does not answer. */
  askObject(to: Address, ops: readonly Op[]): Promise<readonly Reply[]>;
}

/** The right to publish, with the place of its author in the rate. */
export interface PublishRight {
  readonly author: PublishAuthor;
  /** The state after the message that the request itself stands for. */
  readonly rate: RateState;
  /** Counts one more message. */
  takeRate(): RateState;
}

/** The fields that tell the outcome of one message, with its status. */
export interface Outcome {
  readonly status: number;
  readonly [field: string]: unknown;
}

/** The status of codes that a message alone can get. */
const STATUS = {
  bad_username: 400,
  no_such_user: 404,
  gone: 410,
  username_taken: 409,
  too_large: 413,
};

/** The response to a request that is refused as a whole. */
export function refuse(
  refusal: Refusal,
  headers: Readonly<Record<string, string>>,
): Response {
  return refusalResponse(known(refusal), headers, STATUS);
}

/** The outcome of a refused message among others. */
export function refusedOutcome(given: Refusal): Outcome {
  const refusal = known(given);
  const { code, message: detail, reason, retryAfter } = refusal;
  return {
    status: statusOfRefusal(refusal, STATUS),
    code,
    detail: detail ?? ERRORS[code].message,
    ...(reason !== undefined && { reason }),
    ...(retryAfter !== undefined && { retryAfter }),
  };
}

/** @param id of the message, if it has one */
export function outcomeOf(
  reply: Reply | undefined,
  id: string | undefined,
): Outcome | Refusal {
  if (reply?.type === "refused") return reply;
  if (reply?.type !== "published") return { code: "internal" };
  const { seq, at, duplicate } = reply;
  return {
    status: duplicate ? 200 : 201,
    ...(id !== undefined && { id }),
    ...{ seq, at },
    ...(duplicate && { duplicate }),
  };
}

export function isRefusal(outcome: Outcome | Refusal): outcome is Refusal {
  return "code" in outcome;
}

/** The response to a request with one message. */
export function respond(
  outcome: Outcome | Refusal,
  headers: Readonly<Record<string, string>>,
): Response {
  if (isRefusal(outcome)) return refuse(outcome, headers);
  const { status, ...body } = outcome;
  return json(body, status, headers);
}

export function json(
  body: object,
  status: number,
  headers: Readonly<Record<string, string>>,
): Response {
  return Response.json(body, {
    status,
    headers: { ...headers, "Cache-Control": "no-store" },
  });
}

/** An object of an older release does not know the call. */
function known(refusal: Refusal): Refusal {
  return refusal.code === "unsupported"
    ? { code: "unavailable", retryAfter: 1000 }
    : refusal;
}
