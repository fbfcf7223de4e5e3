// HTTP client: sends plain requests to the server under test.
import { type IncomingHttpHeaders, request } from "node:http";
import { expect, onTestFinished } from "vitest";
import { urlOf } from "./connection.ts";

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The parsed body if it is JSON, else undefined. */
  readonly body: unknown;
}

export async function ask(path: string, method = "GET"): Promise<Answer> {
  return answerOf(await fetch(urlOf(path), { method, redirect: "manual" }));
}

async function answerOf(response: Response): Promise<Answer> {
  const text = await response.text();
  const isJson = /json/.test(response.headers.get("content-type") ?? "");
  const body: unknown = isJson ? JSON.parse(text) : undefined;
  return { status: response.status, headers: response.headers, text, body };
}

/**
 * Sends a body.
 *
 * @param token the bearer token; null: none
 * @param body JSON, or a text or bytes as they are
 */
export function post(
  path: string,
  token: string | null,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  return send("POST", path, token, body, headers);
}

/** The same by another method. */
export async function send(
  method: string,
  path: string,
  token: string | null,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  return answerOf(
    await fetch(urlOf(path), {
      method,
      headers: {
        "Content-Type": "application/json",
        ...(token !== null && { Authorization: `Bearer ${token}` }),
        ...headers,
      },
      body:
        typeof body === "string" || body instanceof Uint8Array
          ? (body as string | Uint8Array<ArrayBuffer>)
          : JSON.stringify(body),
    }),
  );
}

/** Sends a request without a body, by a bearer token. */
export async function requestAs(
  token: string,
  method: string,
  path: string,
): Promise<Answer> {
  const headers = { Authorization: `Bearer ${token}` };
  return answerOf(await fetch(urlOf(path), { method, headers }));
}

/** Expects a problem (RFC 9457) with this status. */
export function expectProblem(answer: Answer, status: number): void {
  expect(answer.status).toBe(status);
  expect(answer.headers.get("content-type")).toMatch(
    /^application\/problem\+json\b/,
  );
  expect(answer.body).toMatchObject({
    type: "about:blank",
    title: expect.stringMatching(/./),
    status,
    detail: expect.stringMatching(/./),
  });
}

export interface Upgrade {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

export const UPGRADE_HEADERS = {
  Connection: "Upgrade",
  Upgrade: "websocket",
  "Sec-WebSocket-Version": "13",
  "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
};

/**
 * Sends a GET with headers that `fetch` forbids and WebSocket libraries hide.
 * If the protocol switches, only the status is returned.
 */
export async function askRaw(
  path: string,
  headers: Readonly<Record<string, string>>,
): Promise<Upgrade> {
  return new Promise((resolve, reject) => {
    const sent = request(urlOf(path), { headers, agent: false });
    onTestFinished(() => {
      sent.destroy();
    });
    sent.on("error", reject);
    sent.on("upgrade", (answer, socket) => {
      socket.on("error", () => {});
      socket.destroy();
      const { statusCode = 0, headers } = answer;
      resolve({ status: statusCode, headers, text: "" });
    });
    sent.on("response", (answer) => {
      let text = "";
      answer.setEncoding("utf8");
      answer.on("data", (part) => {
        text += part;
      });
      answer.on("end", () => {
        const { statusCode = 0, headers } = answer;
        resolve({ status: statusCode, headers, text });
      });
    });
    sent.end();
  });
}
