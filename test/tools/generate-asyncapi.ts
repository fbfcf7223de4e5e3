// AsyncAPI generator: writes docs/protocol/asyncapi.json from the schemas; with --check it only compares.
import { readFileSync, writeFileSync } from "node:fs";
import { asyncApiDocument } from "./asyncapi/document.ts";

const FILE = new URL("../../docs/protocol/asyncapi.json", import.meta.url);

/** The text of the file as it should be. */
export function asyncApiText(): string {
  return `${JSON.stringify(asyncApiDocument())}\n`;
}

if (import.meta.main) {
  const text = asyncApiText();
  if (!process.argv.includes("--check")) {
    writeFileSync(FILE, text);
  } else if (text !== readFileSync(FILE, "utf8")) {
    console.error("docs/protocol/asyncapi.json: npm run generate writes it");
    process.exitCode = 1;
  }
}
