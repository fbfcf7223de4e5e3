// Start warnings: the operator is told of rooms that may be open or closed by mistake.
import { expect, test } from "vitest";
import { startWarnings } from "../../src/http/start-warnings.ts";
import { readSettings } from "../../src/protocol/settings.ts";
import { ISSUER, SECRET } from "./support/jwt-app.ts";

const app = { JWT_ISSUER: ISSUER, JWT_SECRET: SECRET };
const warned = (given: Record<string, string>) =>
  startWarnings(readSettings(given), given);

test("an operator whose rooms guests can enter is warned once, with the settings' names", () => {
  expect(warned(app)).toEqual([
    expect.stringMatching(/JWT_ISSUER.*PRIVATE_ROOMS.*GUESTS=off/),
  ]);
  expect(warned({ ...app, PRIVATE_ROOMS: " " })).toHaveLength(1);
});

test.for([
  ["no app", {}],
  ["private rooms", { ...app, PRIVATE_ROOMS: "team-*" }],
  ["no guests", { ...app, GUESTS: "off" }],
  ["rooms that are open on purpose", { ...app, PRIVATE_ROOMS: "-" }],
] as const)("an operator is not warned where there are %s", ([, given]) => {
  expect(warned(given)).toEqual([]);
});

test("an operator is warned of private rooms that nobody can enter", () => {
  expect(warned({ PRIVATE_ROOMS: "team-*" })).toEqual([
    expect.stringMatching(/PRIVATE_ROOMS.*JWT_ISSUER/),
  ]);
});

test("an operator's warning contains no secret", () => {
  expect(warned(app).join()).not.toContain(SECRET);
});
