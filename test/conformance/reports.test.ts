// Reports: users report messages to the moderators of their room, who hear of it, read the queue and close reports.
import { expect, test } from "vitest";
import { ask, expectProblem, post, requestAs } from "./support/http-client.ts";
import { join, joinText } from "./support/members.ts";
import { openModeratedRoom } from "./support/moderators.ts";
import { person, uniqueId, uniqueName } from "./support/people.ts";
import { hasKey, KEY, MODERATOR_KEY } from "./support/server-key.ts";

const admin = process.env.EDGE_CHAT_ADMIN ?? "";

test("a user reports a message once, and moderators alone hear of it on every connection", async () => {
  const { room, owner, mod, bob } = await openModeratedRoom();
  const carol = await join(room, person("carol"));
  const phone = await join(room, mod.person);
  const { seq: of } = await bob.sendMessage("buy this");
  const frame = { type: "report", of, reason: "spam" };
  const id = uniqueId();
  carol.send({ ...frame, id });
  const ack = await carol.next("ack", { id });
  expect(ack).toMatchObject({ of });
  const told = await owner.next("reported");
  expect(told).toMatchObject({
    ...{ room, report: 1, of, reason: "spam", epoch: bob.welcome.epoch },
    ...{ user: carol.welcome.user, username: carol.name, at: ack.at },
    target: { user: bob.welcome.user, username: bob.name },
  });
  for (const tab of [mod, phone])
    expect(await tab.next("reported")).toEqual(told);
  carol.send({ ...frame, id: `${id}-2` });
  expect(await carol.next("ack", { id: `${id}-2` })).toMatchObject({
    ...{ of, at: ack.at, duplicate: true },
  });
  const others = [...(await bob.unread()), ...(await carol.unread())];
  expect(JSON.stringify(others)).not.toContain("spam");
  await bob.refused(frame, "forbidden");
  await carol.refused({ ...frame, of: 9999 }, "gone");
  mod.send(`/mute ${carol.name} 1h`);
  await carol.next("moderated", { action: "mute" });
  const { seq: other } = await owner.sendMessage("hello");
  await carol.refused({ ...frame, of: other }, "muted");
});

test("moderators see how many are open, read them with the messages, and close them", async () => {
  const { room, owner, mod, bob } = await openModeratedRoom();
  const carol = await join(room, person("carol"));
  const word = uniqueName("spam");
  const { seq: of } = await bob.sendMessage(word);
  carol.send(`/report #${of} rude`);
  await owner.next("reported");
  const phone = await join(room, mod.person);
  expect(phone.welcome.reports).toBe(1);
  expect((await join(room, bob.person)).welcome.reports).toBeUndefined();
  mod.send({ type: "reports", open: true });
  expect(await mod.next("reports")).toMatchObject({
    ...{ more: false, open: 1 },
    reports: [{ report: 1, of, reason: "rude", quoted: { text: word } }],
  });
  await carol.refused({ type: "reports" }, "forbidden");
  const close = { type: "close_report", report: 1, outcome: "resolved" };
  await carol.refused(close, "forbidden");
  owner.send({ type: "delete", of, id: uniqueId() });
  const id = uniqueId();
  mod.send({ ...close, id });
  expect(await mod.next("ack", { id })).toMatchObject({ report: 1 });
  const { user } = mod.welcome;
  expect(await owner.next("report_closed")).toMatchObject({
    ...{ room, report: 1, outcome: "resolved", user, username: mod.name },
  });
  await phone.next("report_closed");
  owner.send({ ...close, id });
  expect(await owner.next("ack", { id })).toMatchObject({ duplicate: true });
  owner.send({ type: "reports" });
  const page = await owner.next("reports");
  expect(page).toMatchObject({
    open: 0,
    reports: [
      {
        ...{ quoted: { seq: of, erased: true }, outcome: "resolved" },
        closed: { user, username: mod.name },
      },
    ],
  });
  expect(JSON.stringify(page)).not.toContain(word);
  await mod.refused({ ...close, report: 77 }, "gone");
});

test("a moderator who is reported does not learn of it", async () => {
  const { room, owner, mod, bob } = await openModeratedRoom();
  const { seq: of } = await mod.sendMessage("I rule");
  bob.send({ type: "report", of, id: uniqueId() });
  await owner.next("reported", { of });
  mod.send({ type: "reports" });
  expect(await mod.next("reports")).toMatchObject({ reports: [], open: 0 });
  const close = { type: "close_report", report: 1, outcome: "dismissed" };
  await mod.refused(close, "gone");
  expect((await join(room, mod.person)).welcome.reports).toBeUndefined();
  const frames = await mod.unread();
  expect(frames.filter(({ type }) => type === "reported")).toEqual([]);
});

test("a report is a line for people", async () => {
  const { room, mod, bob } = await openModeratedRoom();
  const reader = await joinText(room, mod.person);
  const carol = await join(room, person("carol"));
  const { seq: of } = await bob.sendMessage("buy this");
  carol.send(`/report #${of} rude`);
  const line = `report 1: ${carol.name} reports #${of} of ${bob.name}: rude`;
  await reader.lineLike(new RegExp(`^\\* ${line}$`));
  reader.send("/reports");
  await reader.lineLike(/^\* open reports: 1$/);
  reader.send("/reports resolve 1");
  await reader.lineLike(/^\* report 1 is closed$/);
  reader.send("/reports");
  await reader.lineLike(/^\* open reports: 0$/);
});

test.skipIf(!hasKey)(
  "a backend reads and closes reports by its key",
  async () => {
    const { room, owner, mod, bob } = await openModeratedRoom();
    const { seq: of } = await mod.sendMessage("I rule");
    bob.send({ type: "report", of, reason: "rude", id: uniqueId() });
    await owner.next("reported");
    const path = `/rooms/${room}/reports`;
    const read = await requestAs(MODERATOR_KEY, "GET", path);
    expect([read.status, read.body]).toMatchObject([
      200,
      { reports: [{ report: 1, of, reason: "rude" }], more: false, open: 1 },
    ]);
    for (const token of [KEY, bob.person.token])
      expectProblem(await requestAs(token, "GET", path), 403);
    expectProblem(await ask(path), 401);
    expectProblem(
      await requestAs(MODERATOR_KEY, "GET", `${path}?limit=0`),
      400,
    );
    expectProblem(
      await requestAs(MODERATOR_KEY, "GET", `${path}?before=x`),
      400,
    );
    const as = { id: "guard", username: "Guard" };
    const close = (
      report: number,
      body: object = { as, outcome: "resolved" },
    ) => post(`${path}/${report}`, MODERATOR_KEY, body);
    const first = await close(1);
    expect([first.status, first.body]).toMatchObject([201, { report: 1 }]);
    expect(await owner.next("report_closed")).toMatchObject({
      ...{ report: 1, username: "bot:Guard" },
    });
    const again = await close(1);
    expect([again.status, again.body]).toEqual([
      200,
      { ...(first.body as object), duplicate: true },
    ]);
    expectProblem(await close(2), 410);
    expectProblem(await close(1, { as, outcome: "ignored" }), 400);
    expectProblem(await close(1, { outcome: "resolved" }), 400);
    const none = `/rooms/${uniqueName("none")}/reports`;
    expectProblem(await requestAs(MODERATOR_KEY, "GET", none), 403);
  },
);

test.skipIf(admin === "")(
  "the operator reads and closes the reports of any room, by pages",
  async () => {
    const { room, owner, bob } = await openModeratedRoom();
    const carol = await join(room, person("carol"));
    for (const text of ["one", "two"]) {
      const { seq: of } = await bob.sendMessage(text);
      carol.send({ type: "report", of, reason: text });
      await owner.next("reported");
    }
    const path = `/admin/rooms/${encodeURIComponent(room)}/reports`;
    const read = (query: string) => requestAs(admin, "GET", `${path}${query}`);
    expect((await read("?limit=1")).body).toMatchObject({
      ...{ more: true, open: 2 },
      reports: [{ report: 2, reason: "two", quoted: { text: "two" } }],
    });
    expect((await read("?limit=1&before=2")).body).toMatchObject({
      ...{ more: false, reports: [{ report: 1, reason: "one" }] },
    });
    const body = { outcome: "dismissed" };
    const close = (report: string) => post(`${path}/${report}`, admin, body);
    const closed = await close("1");
    expect(closed).toMatchObject({ status: 201, body: { report: 1 } });
    expect(await owner.next("report_closed")).toMatchObject({
      ...{ report: 1, username: "bot:admin", outcome: "dismissed" },
    });
    expect(await close("1")).toMatchObject({
      ...{ status: 200, body: { ...Object(closed.body), duplicate: true } },
    });
    expect((await read("?open=true")).body).toMatchObject({
      ...{ open: 1, reports: [{ report: 2 }] },
    });
    expectProblem(await close("x"), 400);
    expectProblem(await close("9"), 410);
    expectProblem(await read("?limit=999"), 400);
    const nobody = await requestAs("wrong", "GET", path);
    expect(nobody.status).toBe(401);
    const absent = `/admin/rooms/${uniqueName("none")}/reports`;
    const none = await requestAs(admin, "GET", absent);
    expect(none.status).toBe(404);
    expectProblem(await post(`${absent}/1`, admin, body), 404);
  },
);
