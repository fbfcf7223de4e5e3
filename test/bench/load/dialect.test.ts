// Dialects: a line from each kind of server is told by its first letters.
import { expect, test } from "vitest";
import { isOwn, jsonDialect, kinds, nchan, socketIo } from "./dialect.ts";

const kindOf = (dialect: typeof socketIo, line: string) => {
  // Lines stand anywhere in a buffer.
  const buffer = Buffer.from(`--${line}--`);
  return dialect.kind(buffer, 2, 2 + line.length);
};

test("lines of JSON", () => {
  const json = jsonDialect("edge-chat.v1");
  const lines: [string, number][] = [
    ['{"type":"message","seq":1}', kinds.delivery],
    ['{"type":"members","members":[]}', kinds.other],
    ['{"type":"private","mail":1}', kinds.private],
    ['{"type":"pong"}', kinds.other],
    ['{"type":"ack","id":"1"}', kinds.ack],
    ['{"type":"welcome","seq":0}', kinds.joined],
    ['{"type":"error","code":"x"}', kinds.error],
    ['{"type":"typing","username":"bob"}', kinds.other],
    ['{"type":"history","messages":[]}', kinds.other],
  ];
  for (const [line, kind] of lines) expect(kindOf(json, line), line).toBe(kind);
});

test("packets of Socket.IO", () => {
  const lines: [string, number][] = [
    ['0{"sid":"x"}', kinds.open],
    ["2", kinds.ping],
    ['40{"sid":"x"}', kinds.connected],
    ['430[{"room":"lobby"}]', kinds.joined],
    ['437[{"at":1}]', kinds.ack],
    ['42["message",{}]', kinds.delivery],
    ['42["private",{}]', kinds.private],
    ['42["typing",{}]', kinds.other],
  ];
  for (const [line, kind] of lines)
    expect(kindOf(socketIo, line), line).toBe(kind);
});

test("a message that nchan passes back to its sender is known by the whole name", () => {
  const line = Buffer.from(`--${nchan.message("hello", 1, "m1")}`);
  const own = (name: string) => isOwn(line, 2, Buffer.from(`${name}"`));
  expect(own("m1")).toBe(true);
  expect(own("m")).toBe(false);
  expect(own("m12")).toBe(false);
  const end = Buffer.from(nchan.message("hello", 1, "m1")).subarray(0, 30);
  expect(isOwn(end, 0, Buffer.from('m1"'))).toBe(false);
});
