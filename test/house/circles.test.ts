// Circle tests: no files import each other's values in a circle, and in core and client no types either.
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { describe, expect, test } from "vitest";

const root = join(import.meta.dirname ?? "", "../..");

/**
 * Circles that are still there, each with its reason. The list only gets
 * shorter: a circle that is gone must leave it, and no file may be added.
 */
const ALLOWED_VALUE_CIRCLES: Record<string, string[]> = {};
const ALLOWED_TYPE_CIRCLES: Record<string, string[]> = {};

interface Import {
  readonly from: string;
  readonly isType: boolean;
}

/** What each file imports from other files of ours. */
type Graph = ReadonlyMap<string, readonly Import[]>;

const graph: Graph = new Map(
  readdirSync(join(root, "src"), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .map((path) => [
      path,
      importsOf(path, readFileSync(join(root, path), "utf8")),
    ]),
);

describe("the files below src", () => {
  test("a developer finds no circle of imported values below src", () => {
    expect(circlesOf(onlyValues(graph))).toEqual(
      Object.values(ALLOWED_VALUE_CIRCLES),
    );
  });

  test("a developer finds no circle of imported types in core and client", () => {
    const inside = /^src\/(core|client)\//;
    const circles = circlesOf(graph).filter((files) =>
      files.some((file) => inside.test(file)),
    );
    expect(circles).toEqual(Object.values(ALLOWED_TYPE_CIRCLES));
  });
});

describe("this test", () => {
  test("a developer gets each form of an import read, with its kind", () => {
    const text = [
      'import { a } from "./a.ts";',
      'import type { B } from "./b.ts";',
      'import {\n  type C,\n  type D,\n} from "../c.ts";',
      'import { type E, e } from "./e.ts";',
      'import * as f from "./f.ts";',
      'import "./g.ts";',
      'export { h } from "./h.ts";',
      'export type * from "./i.ts";',
      'import hono from "hono";',
      'const j = await import("./j.ts");',
      '// import { k } from "./k.ts";',
      'type L = import("./l.ts").L;',
    ].join("\n");
    expect(importsOf("src/x/y.ts", text)).toEqual([
      { from: "src/x/a.ts", isType: false },
      { from: "src/x/b.ts", isType: true },
      { from: "src/c.ts", isType: true },
      { from: "src/x/e.ts", isType: false },
      { from: "src/x/f.ts", isType: false },
      { from: "src/x/g.ts", isType: false },
      { from: "src/x/h.ts", isType: false },
      { from: "src/x/i.ts", isType: true },
      { from: "src/x/j.ts", isType: false },
      { from: "src/x/l.ts", isType: true },
    ]);
  });

  test("a developer is told of circles, and not of what only leads to one", () => {
    const to = (...files: string[]) =>
      files.map((from) => ({ from, isType: false }));
    const found = circlesOf(
      new Map([
        ["a", to("b")],
        ["b", to("c", "d")],
        ["c", to("b")],
        ["d", to("e", "f")],
        ["e", to("d")],
        ["f", to("valibot")],
      ]),
    );
    expect(found).toEqual([
      ["b", "c"],
      ["d", "e"],
    ]);
  });
});

function onlyValues(all: Graph): Graph {
  return new Map(
    [...all].map(([path, imports]) => [
      path,
      imports.filter(({ isType }) => !isType),
    ]),
  );
}

/** Files that reach each other, sorted; a file alone is no circle. */
function circlesOf(all: Graph): string[][] {
  const reached = new Map(
    [...all.keys()].map((path) => [path, reachableFrom(all, path)]),
  );
  const circles = new Map<string, string[]>();
  for (const [path, files] of reached) {
    const circle = [...files]
      .filter((file) => reached.get(file)?.has(path))
      .toSorted();
    if (circle.length > 0) circles.set(circle.join(), circle);
  }
  return [...circles.keys()].toSorted().map((key) => circles.get(key) ?? []);
}

function reachableFrom(all: Graph, start: string): Set<string> {
  const reached = new Set<string>();
  const waiting = [start];
  for (const path of waiting)
    for (const { from } of all.get(path) ?? []) {
      if (reached.has(from)) continue;
      reached.add(from);
      waiting.push(from);
    }
  return reached;
}

function importsOf(path: string, text: string): Import[] {
  const code = text.replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, "");
  const found: (Import & { index: number })[] = [];
  const add = (index: number, specifier = "", isType = false) => {
    if (!specifier.startsWith(".")) return;
    found.push({ index, from: join(dirname(path), specifier), isType });
  };
  const statement =
    /^(?:import|export)\s+(type\s)?\s*([^"';]*?)\s*(?:from\s*)?"([^"]+)"/gm;
  for (const { index, 1: type, 2: names = "", 3: from } of code.matchAll(
    statement,
  ))
    add(index, from, type !== undefined || areTypes(names));
  const expression = /(\btype\s+\w+\s*=\s*)?\bimport\(\s*"([^"]+)"\s*\)/g;
  for (const { index, 1: type, 2: from } of code.matchAll(expression))
    add(index, from, type !== undefined);
  return found
    .toSorted((one, other) => one.index - other.index)
    .map(({ from, isType }) => ({ from, isType }));
}

/** Does `{ type A, type B }` name types alone? */
function areTypes(names: string): boolean {
  const list = /^\{([\s\S]*)\}$/.exec(names)?.[1]?.split(",") ?? [];
  const known = list.map((name) => name.trim()).filter((name) => name !== "");
  return known.length > 0 && known.every((name) => name.startsWith("type "));
}
