// Faults: the model delays, loses and repeats calls, kills objects, and advances time.
import type { ObjectHost } from "../support/object-host.ts";
import type { World } from "../support/world.ts";
import { type Name, pick, ROOMS, type RoomName } from "./actors.ts";
import type { Step } from "./steps.ts";

/** Steps that no user takes. */
export type FaultStep = Exclude<
  Step,
  | { visit: number }
  | { do: "join" | "denied" | "import" | "setBack" | "decide" | "letIn" }
>;

export function injectFault(world: World, step: FaultStep): void {
  switch (step.do) {
    case "deliver":
    case "lose":
    case "timeOut":
    case "repeatCall": {
      const call = pick(world.pendingCalls, step.flight);
      if (call === undefined) return;
      world[step.do === "repeatCall" ? "repeat" : step.do](call);
      return;
    }
    case "settle":
      world.settle();
      return;
    case "pass":
      world.pass(step.ms);
      return;
    case "lag":
      world.alarmLagMs = step.ms;
      return;
    case "sleep":
      world.sleepIfIdle(hostOf(world, step.where));
      return;
    case "kill":
      world.kill(hostOf(world, step.where));
      return;
    case "ring":
      hostOf(world, step.where).run({ kind: "due", by: "alarm" });
      return;
    case "loseAlarm":
      hostOf(world, step.where).loseAlarm();
      return;
    case "uncommitted":
      hostOf(world, step.where).nextFault = { kind: "uncommitted" };
      return;
    case "dieAfter":
      hostOf(world, step.where).nextFault = { after: step.effects };
      return;
    case "overload":
      hostOf(world, step.where).overloadedUntil = world.now + step.ms;
      return;
    default:
      step satisfies never;
  }
}

function hostOf(world: World, where: RoomName | Name): ObjectHost {
  const isRoom = (ROOMS as readonly string[]).includes(where);
  return isRoom ? world.room(where) : world.directory(where);
}
