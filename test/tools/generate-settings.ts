// Settings table: writes the table of docs/operate.md from src/protocol/settings.ts; with --check it only compares.
import { readFileSync, writeFileSync } from "node:fs";
import {
  allowedValues,
  type Setting,
} from "../../src/protocol/setting-kinds.ts";
import { SETTINGS } from "../../src/protocol/settings.ts";

const FILE = new URL("../../docs/operate.md", import.meta.url);
/** The table stands between these comments. */
const PLACE = /(<!-- settings: .* -->\n)[\s\S]*?(<!-- settings end -->)/;

/** The page with the table as it should be. */
export function withSettings(page: string): string {
  if (!PLACE.test(page)) throw new Error("There is no place for the table.");
  return page.replace(
    PLACE,
    (_, begin, end) => `${begin}\n${table()}\n\n${end}`,
  );
}

/** Padded as the formatter wants it. */
function table(): string {
  const rows = Object.entries(SETTINGS).map(([name, setting]) => [
    `\`${name}\``,
    defaultOf(setting),
    allowedValues(setting),
    setting.description,
  ]);
  const all = [["Setting", "Default", "Takes", "What it is"], ...rows];
  const widths = [0, 1, 2, 3].map((i) =>
    Math.max(...all.map((row) => row[i]?.length ?? 0)),
  );
  const [head = "", ...body] = all.map(
    (row) =>
      `| ${row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join(" | ")} |`,
  );
  const rule = `| ${widths.map((width) => "-".repeat(width)).join(" | ")} |`;
  return [head, rule, ...body].join("\n");
}

function defaultOf({ defaultValue }: Setting): string {
  const text =
    typeof defaultValue === "object"
      ? defaultValue.join(", ")
      : `${defaultValue}`;
  return text === "" ? "none" : text;
}

if (import.meta.main) {
  const page = readFileSync(FILE, "utf8");
  const text = withSettings(page);
  if (!process.argv.includes("--check")) {
    writeFileSync(FILE, text);
  } else if (text !== page) {
    console.error("docs/operate.md is not as npm run generate writes it");
    process.exitCode = 1;
  }
}
