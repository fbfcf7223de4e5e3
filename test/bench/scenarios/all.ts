// Scenarios: lists all of them in the order of the table.
import { cold } from "./cold.ts";
import { crowds, hookedCrowd } from "./crowd.ts";
import { evening } from "./evening/evening.ts";
import { heap } from "./heap.ts";
import { idle } from "./idle.ts";
import { joins, memory, returns } from "./joins.ts";
import { lateJoiner } from "./late-joiner.ts";
import { lone } from "./lone.ts";
import { manyRooms } from "./many-rooms.ts";
import { people } from "./people.ts";
import { privates } from "./privates.ts";
import { publishes } from "./publish.ts";
import type { Scenario } from "./scenario.ts";
import { searches } from "./search.ts";
import { frontiers, hookedSteady, steady } from "./steady.ts";
import { storm } from "./storm.ts";
import { wake } from "./wake.ts";

export const SCENARIOS: readonly Scenario[] = [
  ...crowds,
  ...steady,
  ...frontiers,
  lone,
  manyRooms,
  ...publishes,
  hookedCrowd,
  hookedSteady,
  ...privates,
  ...people,
  evening,
  ...joins,
  returns,
  memory,
  idle,
  lateJoiner,
  ...searches,
  cold,
  storm,
  heap,
  wake,
];
