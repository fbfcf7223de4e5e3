// Settings everywhere: wrangler.toml and docs/operate.md have the settings and defaults of the code.
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { SETTINGS } from "../../src/protocol/settings.ts";
import { withSettings } from "../tools/generate-settings.ts";

function read(path: string): string {
  return readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");
}

/** The names, with defaults in the spelling of the files. */
const defaults = Object.entries(SETTINGS).map(
  ([name, { kind, defaultValue }]) => ({
    name,
    isSecret: kind === "secret" || kind === "secrets",
    text:
      typeof defaultValue === "object"
        ? defaultValue.join(", ")
        : `${defaultValue}`,
  }),
);

test("an operator finds every setting but secrets in wrangler.toml, with its default", () => {
  const [, vars = ""] = read("wrangler.toml").split("\n[vars]\n");
  const said = [...vars.matchAll(/^(\w+) = "?(.*?)"?$/gm)];
  expect(said.map(([, name, value]) => [name, value])).toEqual(
    defaults
      .filter(({ isSecret }) => !isSecret)
      .map(({ name, text }) => [name, text]),
  );
});

test("an operator finds the generated table of settings on the page", () => {
  const page = read("docs/operate.md");
  expect(page).toBe(withSettings(page));
});

test("an operator finds every setting in the table, with its default and its range", () => {
  const rows = read("docs/operate.md").matchAll(
    /^\| `(\w+)` +\| (.*?) +\| (.*?) +\| (.*?) +\|$/gm,
  );
  const said = new Map(
    [...rows].map(([, name = "", ...cells]) => [name, cells]),
  );
  for (const { name, text } of defaults)
    expect([name, said.get(name)?.[0]]).toEqual([name, text || "none"]);
  for (const [name, setting] of Object.entries(SETTINGS))
    if (setting.kind === "number")
      expect(said.get(name)?.[1]).toContain(
        `from ${setting.min} to ${setting.max}`,
      );
});

test("an operator gets the same upper limit of connections on Cloudflare", () => {
  const [, limit] =
    /name = "CONNECTS"[^[]*limit = (\d+), period = 60\b/.exec(
      read("wrangler.toml"),
    ) ?? [];
  expect(Number(limit)).toBe(SETTINGS.CONNECTS_PER_MINUTE.defaultValue);
});
