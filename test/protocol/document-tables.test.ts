// Document tables: the tables of the protocol document agree with the code.
import { describe, expect, test } from "vitest";
import { CLIENT_SCHEMAS } from "../../src/protocol/client-frames.ts";
import {
  CLOSE_CODES,
  ERRORS,
  shouldReconnect,
} from "../../src/protocol/errors.ts";
import * as LIMITS from "../../src/protocol/limits.ts";
import { readLine, UNCLEAR_MESSAGES } from "../../src/protocol/line-grammar.ts";
import { nameKey } from "../../src/protocol/name-key.ts";
import {
  ROOM_NAME_MAX,
  readUsername,
  USERNAME_MAX,
} from "../../src/protocol/names.ts";
import { SETTINGS } from "../../src/protocol/settings.ts";
import { HELP, readTypedLine } from "../../src/protocol/typed-line.ts";
import { readProtocol } from "./support/protocol-pages.ts";

const pages = readProtocol();

/** The text under each heading. */
const sections = new Map(
  pages
    .flatMap(({ text }) => text.split(/^#{1,3} /m))
    .map((section) => /^(.*)\n([\s\S]*)/.exec(section) ?? [])
    .map(([, heading = "", body = ""]) => [heading, body]),
);

type Row = readonly string[];

/** The rows of the table with this head under this heading. */
function table(heading: string, head: string): Row[] {
  const section = sections.get(heading) ?? "";
  const tables = (section.match(/(?:^\|.*\n)+/gm) ?? []).map((text) =>
    text.trimEnd().split("\n").map(cells),
  );
  const found = tables.find(([first]) => first?.join(" | ") === head);
  expect(found, `under "${heading}" a table "${head}"`).toBeDefined();
  const [, , ...rows] = found ?? [];
  return rows;
}

function cells(line: string): Row {
  return line
    .slice(1, -1)
    .split("|")
    .map((cell) => cell.trim());
}

/** The text between backquotes. */
function code(cell = ""): string {
  return /^`(.*)`$/.exec(cell)?.[1] ?? `no code: ${cell}`;
}

describe("what the document says is what the code says", () => {
  test("a reader of the document finds each error code, and whether a user may send again", () => {
    const rows = table("`error`", "Code | Again | When");
    const said = rows.map(([name, again]) => [code(name), again]);
    const meant = Object.entries(ERRORS);
    expect(said).toEqual(meant.map(([name, { resend }]) => [name, resend]));
  });

  test("a reader of the document finds each close code, its reason, and when to reconnect", () => {
    const rows = table("Close codes", "Code | Reason | Come back | When");
    const said = rows.map(([number, reason, again]) => ({
      code: Number(number),
      reason,
      again,
    }));
    const meant = Object.values(CLOSE_CODES).map((close) => ({
      ...close,
      again: shouldReconnect(close.code) ? "yes" : "no",
    }));
    expect(said).toEqual(meant);
  });

  test("a reader of the document finds the values of the fixed limits", () => {
    const rows = table("Fixed", "Name | Value | What it is");
    const said = rows.map(([name, value]) => [code(name), Number(value)]);
    expect(Object.fromEntries(said)).toEqual({ ...LIMITS });
  });

  test("a reader of the document finds only settings that exist", () => {
    const rows = table("Settings", "Setting | What a client sees");
    for (const [name] of rows) expect(SETTINGS).toHaveProperty(code(name));
    const limits = table("`welcome`", "In `limits` | Setting | What it is");
    for (const [, name] of limits) expect(SETTINGS).toHaveProperty(code(name));
    const fixed = table("`welcome`", "In `limits` | Limit | What it is");
    expect(fixed.length).toBeGreaterThan(0);
    for (const [, name] of fixed) expect(LIMITS).toHaveProperty(code(name));
  });

  test("a reader of the document finds how long names may be", () => {
    const lengths = `has 1 to ${USERNAME_MAX} characters for a user, 1 to ${ROOM_NAME_MAX} for a room`;
    expect(sections.get("Names")).toContain(lengths);
  });

  test("a reader of the document finds which names are the same", () => {
    const rows = table("Names", "One name | Other name | ");
    for (const [one, other, what = ""] of rows) {
      const keys = [one, other].map((cell) => {
        const name = readUsername(code(cell));
        return name === null ? null : nameKey(name);
      });
      expect(keys, `${one} ${other}`).not.toContain(null);
      const [verdict] = what.split(":");
      expect(keys[0] === keys[1] ? "meet" : "differ", one).toBe(verdict);
    }
  });

  test("a reader of the document finds the frame of each typed line", () => {
    const rows = table("Typed lines", "Typed | Stands for");
    for (const [typed, frame] of rows)
      expect(readTypedLine(code(typed))).toEqual({
        frame: JSON.parse(code(frame)),
      });
    const commands = HELP.flatMap((line) => /^\/\w+/.exec(line) ?? []);
    for (const command of commands)
      expect(rows.flat().join("\n")).toContain(`\`${command}`);
  });
});

test("a reader of the document finds which typed lines are refused, and why", () => {
  const rows = table("Typed lines", "Refused | Why");
  const lines = rows.map(([typed]) => readLine(code(typed)));
  const why = lines.map((line) => (line.kind === "unclear" ? line.reason : ""));
  expect(new Set(["noText", ...why])).toEqual(
    new Set(Object.keys(UNCLEAR_MESSAGES)),
  );
});

interface Form {
  readonly entries: Readonly<Record<string, { readonly type: string }>>;
}

/** Each field of a frame; one is needed if all forms of the frame need it. */
function fieldsOf(forms: readonly Form[]): [string, string][] {
  const names = new Set(forms.flatMap(({ entries }) => Object.keys(entries)));
  names.delete("type");
  return [...names].map((name) => {
    const isNeeded = forms.every(
      ({ entries }) => entries[name]?.type !== "optional" && name in entries,
    );
    return [name, isNeeded ? "yes" : "no"];
  });
}

describe("the document describes every frame that a client may send", () => {
  test("a reader of the document finds every frame that a client may send", () => {
    const rows = table("Frames that a client sends", "`type` | Answer | ");
    const said = rows.map(([type]) => code(type));
    expect(said.sort()).toEqual(Object.keys(CLIENT_SCHEMAS).sort());
  });

  test.for(Object.entries(CLIENT_SCHEMAS))(
    "a reader of the document finds each field of %s, and whether it is needed",
    ([type, schema]) => {
      const meant = fieldsOf("options" in schema ? schema.options : [schema]);
      const names = [`\`${type}\``, `\`${type}\` from a client`];
      const heading = names.find((name) => sections.has(name)) ?? "";
      if (meant.length === 0) {
        expect(sections.get(heading)).toMatch(/^\s*It has no fields\./);
        return;
      }
      const rows = table(heading, "Field | Type | Needed | What it is");
      const said = rows.map(([name, , needed]) => [code(name), needed]);
      expect(said).toEqual(meant);
    },
  );
});
