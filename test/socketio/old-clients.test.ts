// Old clients: those of Socket.IO 1 and 2 are told, in their own protocol, what to load.
import { expect, test } from "vitest";
import {
  encodeOldBody,
  OLD_CLIENT_WORDS,
  oldClientPackets,
  readEngineRequest,
} from "../../src/socketio/engine-request.ts";

const read = (query: string, isUpgrade = false) =>
  readEngineRequest("GET", new URLSearchParams(query), isUpgrade);

test("they are known by the version of Engine.IO in their first request", () => {
  expect(read("EIO=3&transport=polling")).toEqual({
    kind: "old",
    transport: "polling",
  });
  expect(read("EIO=3&transport=websocket", true)).toEqual({
    kind: "old",
    transport: "websocket",
  });
  expect(read("EIO=3&transport=polling&sid=abcdefgh")).toEqual({
    kind: "refused",
    as: "version",
  });
});

test("they get an error with words, and a disconnect after which they do not come back", () => {
  const [open = "", error = "", disconnect] = oldClientPackets("the-sid");
  expect(JSON.parse(open.slice(1))).toMatchObject({ sid: "the-sid" });
  expect(error.slice(0, 2)).toBe("44");
  expect(JSON.parse(error.slice(2))).toBe(OLD_CLIENT_WORDS);
  expect(disconnect).toBe("41");
});

test("their polling bodies count characters", () => {
  expect(encodeOldBody(["0{}", "41"])).toBe("3:0{}2:41");
});
