// Listeners: an app hears each event once and in order, stops to listen, and is told of wrong names.
import { describe, expect, test } from "vitest";
import { message, privateMessage, TestClient } from "./support/test-client.ts";

describe("listeners", () => {
  test("an app that listens once hears one event", async () => {
    const client = new TestClient();
    const heard: string[] = [];
    client.lobby.once("message", ({ text }) => heard.push(text));
    const stop = client.lobby.once("gap", () => heard.push("gap"));
    stop();
    await client.join({}, message(1), message(2));
    expect(heard).toEqual(["text 1"]);
  });

  test("an app that stops to listen hears nothing more", async () => {
    const client = new TestClient();
    const heard: string[] = [];
    const hear = ({ text }: { text: string }) => heard.push(text);
    client.lobby.on("message", hear);
    client.lobby.on("message", hear);
    client.sdk.on("private", hear);
    await client.join({}, message(1));
    client.lobby.off("message", hear);
    client.serverSends(message(2), privateMessage(1));
    expect(heard).toEqual(["text 1", "text 1", "psst 1"]);
  });

  test("an app that listens to an unknown event is told so", () => {
    const { lobby, sdk } = new TestClient();
    const hear = () => {};
    // @ts-expect-error a room has no such event
    expect(() => lobby.on("private", hear)).toThrow(
      new TypeError("There is no event private."),
    );
    // @ts-expect-error a client has no such event
    expect(() => sdk.once("message", hear)).toThrow(TypeError);
    // @ts-expect-error nobody has
    expect(() => sdk.off("massage", hear)).toThrow(TypeError);
  });

  test("an app that sends from a listener hears of it after earlier events", async () => {
    const client = new TestClient();
    client.lobby.once("message", () => {
      client.lobby.send("answer");
    });
    await client.join({}, message(1), message(2));
    const types = client.events.map(({ type }) => type);
    expect(types.lastIndexOf("message")).toBeLessThan(types.indexOf("pending"));
    expect(client.lobby.getSnapshot().pending).toHaveLength(1);
  });
});
