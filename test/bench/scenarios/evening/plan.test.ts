// Plan of an evening: it holds the proportions, and nobody acts who is not there.
import { expect, test } from "vitest";
import { type ActionKind, planEvening, roomSizes } from "./plan.ts";
import { PROPORTIONS } from "./proportions.ts";

const RUN_MS = 30_000;
const { residents, actions } = planEvening(RUN_MS);
const hours = (RUN_MS * PROPORTIONS.timeLapse) / 3_600_000;
const count = (kind: ActionKind) =>
  actions.filter((action) => action.kind === kind).length;

test("50 rooms have 300 to 2 users, and fewer and fewer", () => {
  const sizes = roomSizes();
  expect(sizes).toHaveLength(50);
  expect([sizes[0], sizes.at(-1)]).toEqual([300, 2]);
  expect(sizes).toEqual([...sizes].sort((a, b) => b - a));
  expect(residents).toHaveLength(sizes.reduce((sum, size) => sum + size, 0));
});

test("the plan is the same each time", () => {
  expect(planEvening(RUN_MS).actions).toEqual(actions);
});

test("users talk, write privately, come and page as often as the proportions say", () => {
  const users = residents.length * hours;
  const near = (kind: ActionKind, expected: number) =>
    expect(Math.abs(count(kind) / expected - 1), kind).toBeLessThan(0.1);
  const messages = users * PROPORTIONS.messagesPerUserHour;
  near("message", messages);
  near("private", messages * PROPORTIONS.privatesPerMessage);
  near("typing", messages * PROPORTIONS.typingPerMessage);
  near("leave", users * PROPORTIONS.visitsPerPlaceHour);
  near("join", users * PROPORTIONS.visitsPerPlaceHour);
  near(
    "page",
    users * (PROPORTIONS.visitsPerPlaceHour + PROPORTIONS.pagesPerUserHour),
  );
  expect(count("cut") / residents.length).toBeCloseTo(0.2, 1);
  expect(count("return")).toBe(count("cut"));
});

test("a user who left, was cut or never came does nothing", () => {
  const present = new Set(residents.map(({ name }) => name));
  for (const { kind, user } of actions) {
    const comes = kind === "join" || kind === "return";
    expect(present.has(user.name), `${user.name}: ${kind}`).toBe(!comes);
    if (comes) present.add(user.name);
    if (kind === "leave" || kind === "cut") present.delete(user.name);
  }
});

test("messages of the largest room go by rank", () => {
  const said = new Map<string, number>();
  for (const { kind, user } of actions)
    if (kind === "message" && user.room === 0)
      said.set(user.name, (said.get(user.name) ?? 0) + 1);
  const [most = 0, second = 0] = [...said.values()].sort((a, b) => b - a);
  expect(most).toBeGreaterThan(second);
  expect(said.size).toBeLessThan(300);
});
