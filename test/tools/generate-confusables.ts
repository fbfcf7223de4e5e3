// Confusables generator: writes src/protocol/confusables.ts from the package unhomoglyph; with --check it only compares.

import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import {
  fold,
  type LookAlikes,
  nameKeyWith,
} from "../../src/protocol/name-key.ts";
import { readUsername } from "../../src/protocol/names.ts";

/** Raise it when the table changes: claims store it. */
const VERSION = 1;

/** The Unicode version of the package's data, by its CHANGELOG. */
const UNICODE = 13;

const FILE = new URL("../../src/protocol/confusables.ts", import.meta.url);

const require = createRequire(import.meta.url);
const release: { version: string } = require("unhomoglyph/package.json");

const data: Record<string, string> = require("unhomoglyph/data.json");

/** All lookalikes of Unicode: a character and its look. */
export const PACKAGE_LOOKS: readonly [string, string][] = Object.entries(data);

/** Returns the text of src/protocol/confusables.ts. */
export function generate(): string {
  return `// Confusables: lists letters that look alike; \`npm run generate\` creates it from a package.

/**
 * Means unhomoglyph ${release.version}: the confusables of Unicode ${UNICODE}. Claims store it.
 * Raise it, in the generator, when the table changes.
 */
export const CONFUSABLES_VERSION = ${VERSION};

/**
 * Each entry maps a character to its look, in base 36: the distance from the
 * character before, a colon, and the code points of the look joined by \`+\`.
 * The table holds the characters that names have after case folding and NFD.
 * Looks of looks are followed to their end.
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

/**
 * Follows looks to their end, so that a name needs one lookup and the key of a
 * key is the same.
 */
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
 * Folding hides the look of capitals: Cyrillic В looks like B, but в does not
 * look like b. So a letter takes the look of its capital, together with all
 * characters that look like the letter, unless the lower case letter looks like
 * plain ASCII already: Greek ν stays v, though Ν is N, since otherwise v and n
 * would be equal.
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
