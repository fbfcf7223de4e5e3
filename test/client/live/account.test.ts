// Account, live: tests registration and blocking with the SDK at a real server.
import { expect, test } from "vitest";
import { connect } from "../../../src/client/index.ts";
import { uniqueName } from "../../conformance/support/people.ts";
import { startServer } from "../support/live-server.ts";

test("a user registers a name and blocks another user, and takes both back", async () => {
  const server = await startServer();
  const room = uniqueName("lobby");
  const alice = connect(server.url, { room, username: uniqueName("alice") });
  const bob = connect(server.url, { room, username: uniqueName("bob") });
  try {
    await Promise.all([alice.ready(), bob.ready()]);
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
    // The welcome tells another room's connection.
    const attic = alice.join(uniqueName("attic"));
    await attic.ready();
    expect(attic.blocked).toEqual(blocked);
    // Each use of a name prolongs its registration.
    expect(attic.registered).toBeGreaterThanOrEqual(until);

    await alice.unblock({ username: bob.username });
    const heard = new Promise<string>((resolve) =>
      alice.on("private", ({ text }) => resolve(text)),
    );
    await bob.sendPrivate(alice.username, "psst again");
    expect(await heard).toBe("psst again");

    await alice.release();
    expect(alice.registered).toBe(null);
    await expect(alice.release()).rejects.toMatchObject({ code: "forbidden" });
  } finally {
    await Promise.all([alice.close(), bob.close()]);
    await server.stop();
  }
});
