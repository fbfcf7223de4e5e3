// OpenAPI document: writes docs/protocol/openapi.json from the schemas; with --check it only compares.
import { readFileSync, writeFileSync } from "node:fs";
import { buildOpenApi } from "./openapi.ts";

const FILE = new URL("../../docs/protocol/openapi.json", import.meta.url);
const PACKAGE = new URL("../../package.json", import.meta.url);

/** The document as it should be. */
export function openApiDocument(): Record<string, unknown> {
  const { version } = JSON.parse(readFileSync(PACKAGE, "utf8"));
  return buildOpenApi(version);
}

if (import.meta.main) {
  const text = `${JSON.stringify(openApiDocument())}\n`;
  if (!process.argv.includes("--check")) {
    writeFileSync(FILE, text);
  } else if (text !== readFileSync(FILE, "utf8")) {
    console.error(
      "docs/protocol/openapi.json is not as npm run generate writes it",
    );
    process.exitCode = 1;
  }
}
