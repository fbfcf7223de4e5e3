// Writes src/protocol/confusables.ts from the npm package unhomoglyph; with
// --check it writes nothing, and exits 1 if the file would change.

import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import {
  fold,
  type LookAlikes,
  nameKeyWith,
  readUsername,
} from "../../src/protocol/names.ts";

/** Raise it whenever the table changes: claims are stored with it. */
const VERSION = 1;

/** Of the package's data; its CHANGELOG says so, its data does not. */
const UNICODE = 13;

const FILE = new URL("../../src/protocol/confusables.ts", import.meta.url);

const require = createRequire(import.meta.url);
const release: { version: string } = require("unhomoglyph/package.json");

const data: Record<string, string> = require("unhomoglyph/data.json");

/** All of Unicode's look-alikes: a character and what it looks like. */
export const PACKAGE_LOOKS: readonly [string, string][] = Object.entries(data);

/** The text of src/protocol/confusables.ts. */
export function generate(): string {
  return `// Letters that look alike, generated from a package by \`npm run generate\`.

/**
 * Stands for unhomoglyph ${release.version}: the confusables of Unicode ${UNICODE}. Claims store
 * it, so it must be raised (in the generator) whenever the table changes.
 */
export const CONFUSABLES_VERSION = ${VERSION};

/**
 * A character and its look to an entry, in base 36: the character as the gap
 * from the one before, a colon, and the look's code points joined by \`+\`.
 * Holds what names have after case folding and NFD, with looks of looks
 * followed to their end.
 */
export const CONFUSABLES = \`
${wrap(encode(nameTable()))}
\`;
`;
}

function nameTable(): [number, string][] {
  const looks = allLooks();
  const table: [number, string][] = [];
  for (const character of looks.keys()) {
    const inNames = readUsername(`a${character}a`) !== null;
    if (!inNames || fold(character) !== character) continue;
    const key = followed(looks, character);
    if (key !== character) table.push([codePoint(character), key]);
  }
  return table.sort(([a], [b]) => a - b);
}

/** To the end, so that one look-up does for a name, and its key stays. */
function followed(looks: LookAlikes, character: string): string {
  let key = nameKeyWith(looks, character);
  for (;;) {
    const next = nameKeyWith(looks, key);
    if (next === key) return key;
    key = next;
  }
}

function allLooks(): Map<string, string> {
  const looks = new Map(PACKAGE_LOOKS);
  looks.set("i", "l");
  addCapitals(looks);
  return looks;
}

/**
 * Folding hides what capitals look like: Cyrillic В is B to the eye, but в is
 * not b. So a letter takes its capital's look, and with it whatever looks like
 * that letter, unless in lower case it looks like plain ASCII already: Greek ν
 * stays v, though Ν is N, or v and n would be one.
 */
function addCapitals(looks: Map<string, string>): void {
  for (const [capital, look] of PACKAGE_LOOKS) {
    const letter = fold(capital);
    if (letter === capital || letter.toUpperCase() !== capital) continue;
    if (!/^[A-Za-z0-9]$/.test(look)) continue;
    const own = looks.get(letter) ?? letter;
    if (/^[!-~]+$/.test(own)) continue;
    const kin = [...own].length === 1 && fold(own) === own ? own : letter;
    looks.set(kin, look);
  }
}

function encode(table: readonly [number, string][]): string[] {
  let last = 0;
  return table.map(([code, look]) => {
    const gap = code - last;
    last = code;
    const codes = Array.from(look, (part) => codePoint(part).toString(36));
    return `${gap.toString(36)}:${codes.join("+")}`;
  });
}

function wrap(entries: readonly string[]): string {
  const lines: string[] = [];
  let line = "";
  for (const entry of entries) {
    if (line.length + 1 + entry.length > 80) {
      lines.push(line);
      line = "";
    }
    line += line === "" ? entry : ` ${entry}`;
  }
  return [...lines, line].join("\n");
}

function codePoint(character: string): number {
  return character.codePointAt(0) ?? 0;
}

if (import.meta.main) {
  const text = generate();
  if (!process.argv.includes("--check")) {
    writeFileSync(FILE, text);
  } else if (text !== readFileSync(FILE, "utf8")) {
    console.error("confusables.ts is not what npm run generate writes");
    process.exitCode = 1;
  }
}
