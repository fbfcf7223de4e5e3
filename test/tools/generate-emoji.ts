// Emoji generator: writes the lists in src/web/emoji-data/ from the package emojibase-data; with --check it only compares.
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";

/** Systems of 2024 have pictures of all of them; newer ones are boxes there. */
const EMOJI_VERSION_MAX = 15.1;

interface Emoji {
  readonly emoji: string;
  readonly label: string;
  readonly tags?: readonly string[];
  readonly group?: number;
  readonly order?: number;
  readonly version: number;
}

const require = createRequire(import.meta.url);
const release: { version: string } = require("emojibase-data/package.json");

const english: readonly Emoji[] = require("emojibase-data/en/data.json");
const chinese: readonly Emoji[] = require("emojibase-data/zh/data.json");

/** Parts of other emoji, such as skin tones. */
const COMPONENTS = 2;

const FILES = {
  en: {
    name: "English emoji",
    variable: "ENGLISH_EMOJI",
    emoji: english,
    hasSign: true,
  },
  zh: {
    name: "Chinese emoji",
    variable: "CHINESE_EMOJI",
    emoji: chinese,
    hasSign: false,
  },
} as const;

type Code = keyof typeof FILES;

/** Returns the text of src/web/emoji-data/emoji-en.ts or emoji-zh.ts. */
export function generate(code: Code): string {
  const { name, variable, emoji, hasSign } = FILES[code];
  const shown = hasSign ? "its sign, its" : "its";
  return `// ${name}: lists the emoji of the picker with their names; \`npm run generate\` creates it from a package.

/**
 * From emojibase-data ${release.version}, by Miles Johnson (MIT license), made from the data of
 * Unicode's CLDR. A line is a group of emoji. An emoji has ${shown} name and
 * its keywords; a bar ends it. Both languages have the same order.
 */
export const ${variable} = \`
${groupsOf(emoji)
  .map((group) => group.map((one) => entry(one, hasSign)).join("|"))
  .join("\n")}
\`;
`;
}

function groupsOf(all: readonly Emoji[]): Emoji[][] {
  const groups = new Map<number, Emoji[]>();
  const shown = all
    .filter(({ group = COMPONENTS }) => group !== COMPONENTS)
    .filter(({ version }) => version <= EMOJI_VERSION_MAX)
    .toSorted((a, b) => (a.order ?? 0) - (b.order ?? 0));
  for (const one of shown) {
    const group = groups.get(one.group ?? 0) ?? [];
    groups.set(one.group ?? 0, [...group, one]);
  }
  return [...groups.entries()]
    .toSorted(([a], [b]) => a - b)
    .map(([, group]) => group);
}

function entry({ emoji, label, tags = [] }: Emoji, hasSign: boolean): string {
  // The search finds each begin of a word, and each part of a Chinese name.
  const isFound = (tag: string) =>
    [label, ...tags].some(
      (other) =>
        other !== tag &&
        (hasSign
          ? other.split(/[\s-]/).some((word) => word.startsWith(tag))
          : other.includes(tag)),
    );
  const words = new Set([label, ...tags.filter((tag) => !isFound(tag))]);
  // A comma is in no name; if one comes, the name keeps its words.
  const parts = [...words].map((word) => word.replaceAll(",", " "));
  const text = `${hasSign ? `${shortestForm(emoji)},` : ""}${parts.join(",")}`;
  if (/[|`\\\n]|\$\{/.test(text)) throw new Error(`${text} breaks the list.`);
  return text;
}

/** The form without a variation selector, where Unicode recommends that one. */
function shortestForm(emoji: string): string {
  const isOne = /^\p{RGI_Emoji}$/v;
  const forms = [emoji.replaceAll("\ufe0f", ""), emoji];
  const found = forms.find((form) => isOne.test(form));
  if (found === undefined) throw new Error(`${emoji} is not one emoji.`);
  return found;
}

if (import.meta.main)
  for (const code of ["en", "zh"] as const) {
    const file = new URL(
      `../../src/web/emoji-data/emoji-${code}.ts`,
      import.meta.url,
    );
    const text = generate(code);
    if (!process.argv.includes("--check")) writeFileSync(file, text);
    else if (text !== readFileSync(file, "utf8")) {
      console.error(
        `emoji-data/emoji-${code}.ts is not what npm run generate writes`,
      );
      process.exitCode = 1;
    }
  }
