// Services: the receivers of calls that are no objects of the chat, the same on both hosts.
import type { Address, Callee } from "../core/shared/contract.ts";
import type { Op, Reply } from "../core/shared/rpc.ts";
import type { Settings } from "../protocol/settings.ts";
import type { HostCounters } from "./metrics/host-counters.ts";
import { Webhooks } from "./webhooks/webhooks.ts";

/** A receiver of calls. */
export interface Service {
  ask(ops: readonly Op[]): Promise<readonly Reply[]>;
}

export interface Services {
  /** Checks the app's tokens. */
  readonly issuer: Service;
  /** Calls the app's hooks; null: it has none. */
  readonly app: Service | null;
  readonly webhooks: Webhooks;
}

export interface ServiceOptions {
  readonly settings: Settings;
  readonly appTokens: Service;
  readonly app?: Service | null;
  /** Counts requests to webhooks; absent: nobody reads it. */
  readonly counters?: HostCounters;
}

export function createServices(options: ServiceOptions): Services {
  const { settings, appTokens: issuer, app = null, counters } = options;
  const webhooks = new Webhooks(settings, undefined, counters);
  return { issuer, app, webhooks };
}

/** Is the receiver an object of the chat? */
export function isObject(to: Callee): to is Address {
  return ["room", "directory", "service"].includes(to.kind);
}

/** @returns the service that a core calls */
export function serviceOf(
  { kind, name }: Exclude<Callee, Address>,
  { issuer, app, webhooks }: Services,
): Service {
  switch (kind) {
    case "issuer":
      return issuer;
    case "app":
      return app ?? NO_HOOKS;
    case "webhook":
      return { ask: (ops) => webhooks.ask(name, ops) };
    default:
      return kind satisfies never;
  }
}

const NO_HOOKS: Service = {
  ask: () => Promise.reject(new Error("There are no hooks.")),
};
