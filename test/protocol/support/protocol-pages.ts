// Protocol pages: reads the pages of docs/protocol for tests.
import { readdirSync, readFileSync } from "node:fs";

const folder = new URL("../../../docs/protocol/", import.meta.url);

export interface Page {
  /** The path from the root of the repository. */
  readonly path: string;
  readonly text: string;
}

export function readProtocol(): Page[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith(".md"))
    .map((name) => ({
      path: `docs/protocol/${name}`,
      text: readFileSync(new URL(name, folder), "utf8"),
    }));
}
