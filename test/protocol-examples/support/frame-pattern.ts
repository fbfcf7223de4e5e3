// Frame pattern: compares a frame with an example that has placeholders and may leave fields out.
import { expect } from "vitest";

/** The values of the placeholders that were shown. */
export type Placeholders = Map<string, unknown>;

/** In an object: other fields may follow. */
const REST = "...";
/** `<name>` is a JSON string or, without quotes, a number. */
const placeholder = /^<(#?)(\w+)>$/;
/** These may stand for another value each time. */
const ANY = new Set(["number", "string"]);

/**
 * Learns the values of placeholders.
 *
 * @throws if the frame differs from the example
 */
export function expectFrame(
  example: string,
  frame: string,
  known: Placeholders,
) {
  if (!example.startsWith("{")) expectLine(example, frame);
  else expectValue(parse(example), JSON.parse(frame), known, "the frame");
}

/** Fills placeholders into a frame to send, which may be no JSON. */
export function fillIn(example: string, known: Placeholders): string {
  return example.replace(/"<(\w+)>"|<(\w+)>/g, (_, quoted, bare) =>
    JSON.stringify(placeholderValue(quoted ?? bare, known)),
  );
}

function placeholderValue(name: string, known: Placeholders): unknown {
  if (!known.has(name)) throw new Error(`Nothing has shown <${name}> yet.`);
  return known.get(name);
}

/**
 * Parses JSON in which a bare `<name>` is a number and a bare `...` is the
 * rest.
 */
function parse(example: string): unknown {
  const json = example
    .replaceAll(/([:,[]\s*)<(\w+)>/g, '$1"<#$2>"')
    .replaceAll(/([{,]\s*)\.\.\.(?=\s*})/g, `$1"${REST}":true`);
  return JSON.parse(json);
}

function readPlaceholder(value: unknown): RegExpExecArray | null {
  return typeof value === "string" ? placeholder.exec(value) : null;
}

function expectValue(
  pattern: unknown,
  value: unknown,
  known: Placeholders,
  where: string,
): void {
  const [, number, name] = readPlaceholder(pattern) ?? [];
  if (name !== undefined) {
    const type = number ? "number" : "string";
    expect(typeof value, `the type of ${where}`).toBe(type);
    if (ANY.has(name)) return;
    if (known.has(name)) expect(value, where).toBe(known.get(name));
    known.set(name, value);
  } else if (Array.isArray(pattern) && Array.isArray(value)) {
    expect(value, `the length of ${where}`).toHaveLength(pattern.length);
    pattern.forEach((each, i) => {
      expectValue(each, value[i], known, `${where}[${i}]`);
    });
  } else if (isObject(pattern) && isObject(value)) {
    const { [REST]: hasRest, ...fields } = pattern;
    const names = Object.keys(hasRest ? fields : { ...value, ...fields });
    for (const each of names) {
      expect(
        Object.keys(fields),
        `${where} has the field ${each}, too`,
      ).toContain(each);
      expect(Object.keys(value), `${where} has no ${each}`).toContain(each);
      expectValue(fields[each], value[each], known, `${where}.${each}`);
    }
  } else {
    expect(value, where).toEqual(pattern);
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** In a line for people, `<string>` and `<number>` match any value. */
function expectLine(example: string, line: string): void {
  const source = example
    .split(/(<\w+>)/)
    .map((part) => {
      if (part === "<string>") return ".+";
      if (part === "<number>") return "\\d+";
      return RegExp.escape(part);
    })
    .join("");
  expect(line).toMatch(new RegExp(`^${source}$`, "s"));
}
