// No room: the operator is told that a room does not exist, where others hear only that they may not.
import type { Reply } from "../core/shared/rpc.ts";
import { problem } from "./problem.ts";

export function isNoRoom(reply: Reply | null | undefined): boolean {
  return reply?.type === "refused" && reply.reason === "no_such_room";
}

export function noRoom(): Response {
  return problem(404, "There is no such room.");
}
