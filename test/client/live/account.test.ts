// Account, live: tests registration, blocking and moderation with the SDK at a real server.
import { expect, test, vi } from "vitest";
import { createClient } from "../../../src/client/index.ts";
import { secret, uniqueName } from "../../conformance/support/people.ts";
import { startServer } from "../support/live-server.ts";

test("a user registers a name, blocks and moderates another user, takes all back, and reads on two devices", async () => {
  const server = await startServer();
  const room = uniqueName("lobby");
  const account = { username: uniqueName("alice"), token: secret() };
  const alice = createClient(server.url, account);
  const phone = createClient(server.url, account);
  const bob = createClient(server.url, { username: uniqueName("bob") });
  try {
    const rooms = [alice, bob].map((client) => client.join(room));
    await Promise.all(rooms.map((one) => one.ready()));
    expect(alice.registered).toBe(null);
    const { until } = await alice.register();
    expect(until).toBeGreaterThan(Date.now());
    expect(alice.registered).toBe(until);

    const { blocked } = await alice.block({ username: bob.username });
    expect(blocked).toEqual([{ user: bob.user, username: bob.username }]);
    await expect(bob.sendPrivate(alice.username, "psst")).rejects.toMatchObject(
      {
        code: "no_such_user",
      },
    );
    // The welcome of another room says the same.
    const attic = alice.join(uniqueName("attic"));
    await attic.ready();
    expect(alice.blocked).toEqual(blocked);
    // Each use of a name prolongs its registration.
    expect(alice.registered).toBeGreaterThanOrEqual(until);

    // A registered user who opens a room owns it, and moderates it.
    expect(attic.role).toBe("owner");
    const guest = bob.join(attic.name);
    await guest.ready();
    const who = { username: bob.username };
    await attic.moderate({ ...who, action: "mute", for: 600 });
    const isMuted = () => expect(guest.permissions.can("speak")).toBe(false);
    await vi.waitFor(isMuted, { timeout: 30_000 });
    await expect(guest.send("psst")).rejects.toMatchObject({
      ...{ code: "muted", until: guest.muted?.until },
    });
    await attic.moderate({ ...who, action: "ban", for: 3600 });
    const isOut = () => expect(guest.state).toBe("failed");
    await vi.waitFor(isOut, { timeout: 30_000 });
    expect(guest.reason).toMatchObject({ code: "banned" });
    const { until: end } = guest.reason ?? {};
    expect(end).toBeGreaterThan(Date.now());
    guest.reconnect();
    await expect(guest.ready()).rejects.toMatchObject({
      ...{ code: "banned", until: end },
    });
    await attic.moderate({ ...who, action: "unban" });
    guest.reconnect();
    await guest.ready();

    await alice.unblock({ username: bob.username });
    const heard = new Promise<string>((resolve) =>
      alice.on("private", ({ text }) => resolve(text)),
    );
    await bob.sendPrivate(alice.username, "psst again");
    expect(await heard).toBe("psst again");
    expect(alice.mailRead).toBe(0);
    // The other device is in another room.
    await phone.join(uniqueName("garden")).ready();
    await vi.waitFor(() => expect(phone.privates).toHaveLength(1), {
      timeout: 30_000,
    });
    phone.markRead();
    const mail = alice.privates.at(-1)?.mail ?? 0;
    expect(mail).toBeGreaterThan(0);
    const isRead = () => expect(alice.mailRead).toBe(mail);
    await vi.waitFor(isRead, { timeout: 30_000 });

    await alice.release();
    expect(alice.registered).toBe(null);
    await expect(alice.release()).rejects.toMatchObject({ code: "forbidden" });
  } finally {
    await Promise.all([alice, bob, phone].map((client) => client.close()));
    await server.stop();
  }
});
