// Axe: finds the faults of a page that keep people from using it.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { ChatPage } from "./chat-page.ts";

const axe = readFileSync(
  createRequire(import.meta.url).resolve("axe-core/axe.min.js"),
  "utf8",
);

/** The faults that axe finds on the page, each with its element. */
export async function findings({ page }: ChatPage): Promise<string[]> {
  await page.evaluate(axe);
  // During a transition colours have no stable contrast.
  await page.evaluate(
    "Promise.allSettled(document.getAnimations().map(({ finished }) => finished))",
  );
  const found: { violations: { id: string; nodes: { html: string }[] }[] } =
    await page.evaluate(`axe.run()`);
  return found.violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html }) => `${id}: ${html}`),
  );
}
