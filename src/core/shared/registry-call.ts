// Registry call: a room or a name enters itself in a registry, or takes itself out, until the registry has answered.
import type { EnterRoom, ForgetRoom } from "./registry-requests.ts";
import { ReliableCall } from "./reliable-calls.ts";

/**
 * A crash loses the call, and not what is owed: the room or the name asks again
 * when it is next opened. So what was answered has no alarm.
 */
export const REGISTRY_POLICY = {
  attemptsMax: Infinity,
  retryDelayMs: 60_000,
  retryDelayMaxMs: 3_600_000,
  safetyMs: null,
};

export class RegistryCall extends ReliableCall {
  readonly op: EnterRoom | ForgetRoom;

  /** @param registry the name of one object of the registry */
  constructor(registry: string, op: EnterRoom | ForgetRoom) {
    super({ kind: "service", name: registry });
    this.op = op;
  }
}
