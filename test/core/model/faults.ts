// What befalls objects and the calls between them, and time.
import type { ObjectHost } from "../support/object-host.ts";
import type { World } from "../support/world.ts";
import { type Name, pick, ROOMS, type RoomName } from "./actors.ts";
import type { Step } from "./steps.ts";

/** What nobody does. */
export type Fate = Exclude<
  Step,
  { visit: number } | { do: "join" | "import" | "setBack" }
>;

export function befall(world: World, step: Fate): void {
  switch (step.do) {
    case "deliver":
    case "lose":
    case "timeOut":
    case "repeatCall": {
      const flight = pick(world.flights, step.flight);
      if (flight === undefined) return;
      world[step.do === "repeatCall" ? "repeat" : step.do](flight);
      return;
    }
    case "settle":
      world.settle();
      return;
    case "pass":
      world.pass(step.ms);
      return;
    case "lag":
      world.alarmLag = step.ms;
      return;
    case "sleep":
      world.doze(hostOf(world, step.where));
      return;
    case "kill":
      world.kill(hostOf(world, step.where));
      return;
    case "ring":
      hostOf(world, step.where).run({ kind: "due" });
      return;
    case "loseAlarm":
      hostOf(world, step.where).loseAlarm();
      return;
    case "uncommitted":
      hostOf(world, step.where).blow = { kind: "uncommitted" };
      return;
    case "dieAfter":
      hostOf(world, step.where).blow = { after: step.effects };
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
