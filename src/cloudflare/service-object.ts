// Service object: the Durable Object for all parts of a chat that are neither a room nor a name; its name chooses the service.
import { DurableObject } from "cloudflare:workers";
import type { Op, Reply } from "../core/shared/rpc.ts";
import { codedProblem } from "../http/problem.ts";
import type { Env } from "./env.ts";

/**
 * An app exports this class once, and later releases run their services in it,
 * so that no upgrade needs another class. This release has no service yet: an
 * object of any name refuses everything and stores nothing.
 */
export class ServiceObject extends DurableObject<Env> {
  /** The RPC method, as rooms and directories have it. */
  ask(ops: readonly Op[]): readonly Reply[] {
    // A newer release asks for a service that this one does not know.
    return ops.map(() => ({ type: "refused", code: "unsupported" }));
  }

  override fetch(): Response {
    return codedProblem("unsupported");
  }
}
