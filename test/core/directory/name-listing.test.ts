// Name listing: test which names a process finds that the registry of names lacks.
import { expect, test } from "vitest";
import { findUnlistedNames } from "../../../src/core/directory/name-listing.ts";
import { Database } from "../support/database.ts";

test("a process that opens a file of the first release finds no lasting names there", () => {
  const sql = new Database();
  expect(findUnlistedNames(sql)).toEqual([]);
  sql.exec("CREATE TABLE claim (key TEXT PRIMARY KEY, identity TEXT NOT NULL)");
  sql.exec("INSERT INTO claim VALUES ('alice', 'i')");
  expect(findUnlistedNames(sql)).toEqual([]);
});

test("a process finds the names that an older release has registered in its file", () => {
  const sql = new Database();
  sql.exec("CREATE TABLE claim (key TEXT PRIMARY KEY, standing TEXT NOT NULL)");
  const standings = {
    ...{ guest: {}, alice: { isRegistered: true }, app: { rank: "app" } },
    ...{
      rests: { isResting: true },
      known: { isRegistered: true, isListed: 1 },
    },
  };
  for (const [key, standing] of Object.entries(standings))
    sql.exec("INSERT INTO claim VALUES (?, ?)", key, JSON.stringify(standing));
  expect(findUnlistedNames(sql).sort()).toEqual(["alice", "app", "rests"]);
});
