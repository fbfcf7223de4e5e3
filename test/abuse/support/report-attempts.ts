// Report attempts: ways to learn of reports, and to misuse them.
import { expect } from "vitest";
import { ask, askRaw } from "../../conformance/support/http-client.ts";
import { join } from "../../conformance/support/members.ts";
import { person, uniqueName } from "../../conformance/support/people.ts";
import { type Attempt, fails, works } from "./attempts.ts";
export const reportAttempts: Attempt[] = [
  [
    "the reported user, and the others, hear of it",
    async ({ room, owner, mod, bob }) => {
      const carol = await join(room, person("carol"));
      const { seq: of } = await bob.sendMessage("buy this");
      const reason = uniqueName("reason");
      await works(carol, { type: "report", of, reason });
      expect(await owner.next("reported")).toMatchObject({ reason });
      await mod.next("reported", { reason });
      const dan = await join(room, person("dan"));
      for (const client of [bob, carol, dan])
        expect(JSON.stringify(await client.unread())).not.toContain(reason);
      expect((await ask(`/rooms/${room}/messages`)).text).not.toContain(reason);
      await fails(dan, { type: "reports" });
      await fails(bob, {
        type: "close_report",
        report: 1,
        outcome: "resolved",
      });
    },
  ],
  [
    "a moderator hears who reported them",
    async ({ room, owner, mod }) => {
      const carol = await join(room, person("carol"));
      const { seq: of } = await mod.sendMessage("my own words");
      const reason = uniqueName("reason");
      await works(carol, { type: "report", of, reason });
      await owner.next("reported", { reason });
      expect(JSON.stringify(await mod.unread())).not.toContain(reason);
      mod.send({ type: "reports" });
      expect(await mod.next("reports")).toMatchObject({ reports: [], open: 0 });
      await fails(
        mod,
        { type: "close_report", report: 1, outcome: "dismissed" },
        "gone",
      );
    },
  ],
  [
    "a report about a message of another room, or of none",
    async ({ room, bob }) => {
      const hall = await join(uniqueName("hall"), bob.person);
      const { epoch } = hall.welcome;
      const { seq: of } = await hall.sendMessage("elsewhere");
      const carol = await join(room, person("carol"));
      await fails(carol, { type: "report", of, epoch }, "gone");
      await fails(carol, { type: "report", of: 999 }, "gone");
    },
  ],
  [
    "the queue by HTTP, with a guest's secret",
    async ({ room, bob, mod }) => {
      for (const { person: who } of [bob, mod]) {
        const headers = { Authorization: `Bearer ${who.token}` };
        const given = await askRaw(`/rooms/${room}/reports`, headers);
        expect([401, 403]).toContain(given.status);
      }
    },
  ],
];
