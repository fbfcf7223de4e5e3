// SDK page: docs/sdk.md has every method and property of the SDK, and no page names one that does not exist.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { Client } from "../../src/client/client.ts";
import { Emitter } from "../../src/client/emitter.ts";
import { Room } from "../../src/client/room.ts";
import { RoomProperties } from "../../src/client/room-properties.ts";
import { EVENT_NAMES } from "../../src/protocol/events.ts";

const docs = join(import.meta.dirname ?? "", "../../docs");
/** Stripped from the types that apps see. */
const internal = "constructor createSnapshot end emit invalidate notify";
/** Made anew for each object, so that views may take them alone. */
const own = ["subscribe", "getSnapshot", "getServerSnapshot"];
const client = [...namesOf(Client), ...namesOf(Emitter), ...own];
const room = [
  ...[...namesOf(Room), ...namesOf(RoomProperties), ...namesOf(Emitter)],
  ...[...own, "client"],
];

function namesOf({ prototype }: { prototype: object }): string[] {
  return Object.getOwnPropertyNames(prototype).filter(
    (name) => !internal.split(" ").includes(name),
  );
}

test("a reader of the SDK's page finds every method and property", () => {
  const page = readFileSync(join(docs, "sdk.md"), "utf8");
  const missing = [...client, ...room].filter(
    (name) => !new RegExp(`\\b${name}\\b`).test(page),
  );
  expect(missing).toEqual([]);
});

/** Types of events begin with `room.`, too. */
const events = Object.values(EVENT_NAMES).map((name) => name.split(".")[1]);
const presenceEvents = ["created", "occupied", "vacated"];

test.for([
  { object: "client", known: client },
  // A file, and the types of events.
  {
    object: "(?:room|lobby)",
    known: [...room, "ndjson", ...events, ...presenceEvents],
  },
])(
  "a reader finds no method of $object that does not exist",
  ({ object, known }) => {
    const pages = readdirSync(docs, { recursive: true, encoding: "utf8" })
      .filter((path) => path.endsWith(".md"))
      .map((path) => readFileSync(join(docs, path), "utf8"));
    const call = new RegExp(
      `(?<![\\w./-])${object}\\.(\\w+)(?=[(,)\`\\s])`,
      "g",
    );
    const named = pages.flatMap((page) =>
      [...page.matchAll(call)].map(([, name = ""]) => name),
    );
    expect(named.length).toBeGreaterThan(2);
    expect(named.filter((name) => !known.includes(name))).toEqual([]);
  },
);
