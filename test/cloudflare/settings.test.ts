// Settings: a wrong setting stops the start, and the error names the setting and the allowed values.
import { expect, onTestFinished, test } from "vitest";
import { startCloudflare, type Vars } from "../hosts/cloudflare.ts";

/** Returns the reason of the failed start. */
async function refusal(vars: Vars): Promise<string> {
  const start = startCloudflare(vars).then(
    ({ harness }) => harness,
    (error: unknown) => String(error),
  );
  const outcome = await start;
  if (typeof outcome === "string") return outcome;
  await outcome.close();
  throw new Error("It started.");
}

test("an operator's number out of range is named with its range", async () => {
  expect(await refusal({ ROOM_HISTORY: 0 })).toContain(
    "Wrong settings. ROOM_HISTORY=0: a whole number from 1 to 10000000 (messages that a room keeps at least).",
  );
});

test("an operator's wrong settings are named at once", async () => {
  const message = await refusal({ RATE_BURST: 1.5, PRESENCE_GRACE_MS: -1 });
  expect(message).toContain("RATE_BURST=1.5: a whole number from 1 to ");
  expect(message).toContain(
    "PRESENCE_GRACE_MS=-1: a whole number from 0 to 60000",
  );
});

test("an operator may give settings at the ends of their ranges", async () => {
  const { harness, url } = await startCloudflare({
    ROOM_HISTORY: 1,
    GUEST_CLAIM_SECONDS: 0.5,
    RATE_PER_SECOND: 0,
  });
  onTestFinished(() => harness.close());
  expect((await fetch(`${url}/health`)).status).toBe(200);
});
