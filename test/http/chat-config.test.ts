// Chat configuration: the settings of a chat are checked together with what its app does.
import { expect, test } from "vitest";
import { checkArguments, readChatConfig } from "../../src/http/chat-config.ts";

test("a page of any site may not use the cookies of users", () => {
  for (const check of [readChatConfig, checkArguments])
    for (const ORIGINS of ["*", "https://a.example, *"]) {
      expect(() => check({ ORIGINS }, true)).toThrow(/ORIGINS=\*: .*onConnect/);
      expect(() => check({ ORIGINS }, false)).not.toThrow();
    }
  const listed = { ORIGINS: "https://*.example" };
  expect(() => readChatConfig(listed, true)).not.toThrow();
});

test("an operator's arguments are checked without the rest of the settings", () => {
  expect(() => checkArguments({ GUESTS: "off" }, false)).not.toThrow();
  expect(() => checkArguments({ TEXT_MAX: 0 }, false)).toThrow(/TEXT_MAX/);
});

test("an app that knows its users needs no tokens, and no warning about them", () => {
  for (const settings of [{ GUESTS: "off" }, { ROOM_CREATION: "jwt" }]) {
    expect(() => readChatConfig(settings, true)).not.toThrow();
    expect(() => readChatConfig(settings, false)).toThrow(/JWT_ISSUER/);
  }
  const given = { PRIVATE_ROOMS: "team-*" };
  expect(readChatConfig(given, true).warnings).toEqual([]);
  expect(readChatConfig(given, false).warnings).toHaveLength(1);
});

test("an operator who names a webhook must give a secret, which may be given apart", () => {
  const WEBHOOK_URL = "https://app.example/hook";
  expect(() => readChatConfig({ WEBHOOK_URL })).toThrow(/WEBHOOK_SECRET/);
  expect(() => checkArguments({ WEBHOOK_URL }, false)).not.toThrow();
  const WEBHOOK_SECRET = `whsec_${btoa("x".repeat(24))}`;
  const { settings } = readChatConfig({ WEBHOOK_URL, WEBHOOK_SECRET });
  expect(settings).toMatchObject({ WEBHOOK_URL: [WEBHOOK_URL] });
});
