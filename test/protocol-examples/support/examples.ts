// Protocol examples: finds the examples in the document, parses their steps, and plays them against a server.
import { expect } from "vitest";
import {
  Connection,
  SUBPROTOCOL,
} from "../../conformance/support/connection.ts";
import { ask } from "../../conformance/support/http-client.ts";
import { uniqueSuffix } from "../../conformance/support/people.ts";
import type { Page } from "../../protocol/support/protocol-pages.ts";
import { expectFrame, fillIn, type Placeholders } from "./frame-pattern.ts";

export interface Example {
  readonly heading: string;
  /** Its place, for error messages. */
  readonly page: string;
  readonly line: number;
  readonly steps: readonly Step[];
}

export interface Step {
  readonly line: number;
  readonly text: string;
}

/** All blocks fenced as `chat`, with their headings. */
export function findExamples({ path, text: markdown }: Page): Example[] {
  const examples: Example[] = [];
  let heading = "";
  let steps: Step[] | null = null;
  markdown.split("\n").forEach((text, i) => {
    const line = i + 1;
    if (steps === null) {
      heading = /^#+ (.*)/.exec(text)?.[1] ?? heading;
      if (text !== "```chat") return;
      steps = [];
      examples.push({ heading, page: path, line, steps });
    } else if (text === "```") {
      steps = null;
    } else {
      const last = steps.at(-1);
      // An indented line continues the line before it.
      if (/^ +\S/.test(text) && last !== undefined)
        steps[steps.length - 1] = { ...last, text: last.text + text.trim() };
      else if (text !== "") steps.push({ line, text });
    }
  });
  return examples;
}

/** Receives frames, or lines of the text format one by one. */
class ExampleClient extends Connection<string> {
  constructor(room: string, query: URLSearchParams, terms: ConnectTerms) {
    const isText = query.get("format") === "text";
    const protocols = terms.protocol === undefined ? [] : [terms.protocol];
    const headers = terms.authorization && {
      Authorization: terms.authorization,
    };
    super(
      room,
      { query: Object.fromEntries(query), protocols, headers: { ...headers } },
      (frame, protocol) =>
        isText || protocol === SUBPROTOCOL ? frame.split("\n") : [frame],
      (item) => item,
    );
  }
}

interface ConnectTerms {
  readonly protocol: string | undefined;
  readonly authorization: string | undefined;
}

/** Plays one example, with its clients and the values that it has shown. */
class ExamplePlayer {
  readonly #people = new Map<string, ExampleClient>();
  readonly #known: Placeholders = new Map();
  /** Clients that may have frames which the example does not show. */
  readonly #skipping = new Set<string>();
  #answer: Awaited<ReturnType<typeof ask>> | null = null;

  async step(text: string): Promise<void> {
    for (const [form, act] of this.#forms) {
      const [found, ...parts] = form.exec(text) ?? [];
      if (found !== undefined) return act(...parts);
    }
    throw new Error("No step of an example looks like this.");
  }

  readonly #forms: [RegExp, (...parts: string[]) => Promise<void> | void][] = [
    [
      /^([\w-]+) connects to \/rooms\/([^?\s]+)\??(\S*)(?: with (edge-chat\.v1))?(?: with Authorization: (.+))?$/,
      async (who = "", room = "", query, protocol, authorization) => {
        const terms = { protocol, authorization };
        const talker = new ExampleClient(
          decodeURIComponent(room),
          new URLSearchParams(query),
          terms,
        );
        this.#people.set(who, await talker.opened());
      },
    ],
    [
      /^([\w-]+)> (.*)$/,
      (who = "", frame = "") => this.#of(who).send(fillIn(frame, this.#known)),
    ],
    [
      /^([\w-]+)< \.\.\.$/,
      (who = "") => {
        this.#skipping.add(who);
      },
    ],
    [/^([\w-]+)< (.*)$/, (who = "", frame = "") => this.#receive(who, frame)],
    [
      /^([\w-]+) closes$/,
      async (who = "") => void (await this.#of(who).close()),
    ],
    [
      /^([\w-]+) is closed: (\d+) (.*)$/,
      async (who = "", code, reason) => {
        const end = { code: Number(code), reason };
        expect(await this.#of(who).closed()).toEqual(end);
      },
    ],
    [
      /^(GET|POST) (\S+)$/,
      async (method, path = "") => {
        this.#answer = await ask(path, method);
      },
    ],
    [
      /^(\d{3}) (\S+) (.*)$/,
      (status, type, body = "") => {
        expect(this.#answer?.status).toBe(Number(status));
        expect(this.#answer?.headers.get("content-type")).toBe(type);
        expectFrame(body, this.#answer?.text ?? "", this.#known);
      },
    ],
  ];

  #of(who: string): ExampleClient {
    const talker = this.#people.get(who);
    if (talker === undefined) throw new Error(`${who} is not connected.`);
    return talker;
  }

  async #receive(who: string, example: string): Promise<void> {
    const { inbox } = this.#of(who);
    const isSkipping = this.#skipping.delete(who);
    const fits = (frame: string) => {
      try {
        expectFrame(example, frame, new Map(this.#known));
        return true;
      } catch {
        return !isSkipping;
      }
    };
    const frames = await inbox.until(fits, example);
    expectFrame(example, frames.at(-1) ?? "", this.#known);
  }
}

/** Plays an example. An error names the line of the document. */
export async function play({ page, steps }: Example): Promise<void> {
  const rename = renamer(steps.map(({ text }) => text).join("\n"));
  const run = new ExamplePlayer();
  for (const { line, text } of steps) {
    try {
      await run.step(rename(text));
    } catch (error) {
      const why = error instanceof Error ? error.message : `${error}`;
      throw new Error(`${page}:${line}: ${text}\n${why}`, { cause: error });
    }
  }
}

/**
 * Gives the rooms and users of an example unique names, in each case of
 * letters, so that examples on one server do not meet.
 */
function renamer(script: string): (text: string) => string {
  const forms =
    /\/rooms\/([^/?\s]+)|"(?:username|to)":"([^"<]+)"|[?&]username=([^&\s]+)|> (?:\/join |@)([^\s,:]+)/g;
  const names = new Set<string>();
  for (const [, ...found] of script.matchAll(forms))
    for (const name of found) if (name) names.add(RegExp.escape(name));
  const end = uniqueSuffix();
  const name = new RegExp(
    `(?<![<\\p{L}\\p{M}\\p{Nd}])(?:${[...names].join("|")})(?![\\p{L}\\p{M}\\p{Nd}])`,
    "giu",
  );
  return (text) =>
    names.size === 0 ? text : text.replaceAll(name, (one) => `${one}-${end}`);
}
