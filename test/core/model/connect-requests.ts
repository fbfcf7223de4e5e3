// Connect requests: the app knows its users by their requests, whatever their frames say, and denies others.
import assert from "node:assert/strict";
import type { JoinFrame } from "../../../src/protocol/client-frames.ts";
import type { ServerFrame } from "../../../src/protocol/server-frames.ts";
import { secretOf } from "../support/people.ts";
import type { World } from "../support/world.ts";
import type { NamedJoin } from "./device.ts";
import type { Step } from "./steps.ts";

/** A join without a token and with a name that is not theirs: the app's word counts. */
export function withoutToken({ token: _, ...join }: NamedJoin): JoinFrame {
  return { ...join, username: "somebody" };
}

/** A connection that the app denies is told so and closed, and never joins. */
export function connectDenied(
  world: World,
  { room, code, inUrl }: Extract<Step, { do: "denied" }>,
): void {
  const peer = world.open(room, {
    appVerdict: { type: "refused", code },
    username: inUrl ? "bob" : null,
  });
  const expected = code === "banned" ? "refused" : "restarted";
  // The object may have failed before it told the client, or closed it.
  const isTold = peer.inbox.some((one) => isError(one, code));
  const hasFailed = peer.closed === "lost" || peer.closed === "restarted";
  assert.ok(
    hasFailed || (peer.closed === expected && isTold),
    "13: a request that the app denies is told so, and closed",
  );
  peer.send({ type: "join", username: "bob", token: secretOf("bob") });
  assert.ok(peer.inbox.every((one) => isError(one, code)));
}

function isError(frame: ServerFrame, code: string): boolean {
  return frame.type === "error" && frame.code === code;
}
