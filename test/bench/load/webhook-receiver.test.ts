// Webhook receiver tests: the app of the load takes each webhook, and counts it.
import { expect, test } from "vitest";
import { readSettings } from "../../../src/protocol/settings.ts";
import { WEBHOOK_SECRET, WebhookReceiver } from "./webhook-receiver.ts";

test("a webhook is read to its end and counted", async () => {
  const receiver = await WebhookReceiver.open();
  const body = "x".repeat(100_000);
  for (let i = 0; i < 2; i++) {
    const { status } = await fetch(receiver.url, { method: "POST", body });
    expect(status).toBe(204);
  }
  expect(receiver).toMatchObject({ requests: 2, bytes: 200_000 });
  receiver.close();
});

test("its URL and its secret are settings that a server takes", async () => {
  const receiver = await WebhookReceiver.open();
  const WEBHOOK_URL = receiver.url;
  const settings = readSettings({ WEBHOOK_URL, WEBHOOK_SECRET });
  expect(settings).toMatchObject({ WEBHOOK_URL: [WEBHOOK_URL] });
  receiver.close();
});
