// The entry on Cloudflare: requests to the app, the app's questions to the objects.
import { type Backend, createApp } from "../app.ts";
import type { Env } from "./env.ts";
import { adminSecret, appTokens, settings } from "./settings.ts";

export { DirectoryObject } from "./directory-object.ts";
export { RoomObject } from "./room-object.ts";

export default createApp<{ Bindings: Env }>(backend, {
  adminSecret,
  settings,
  appTokens,
});

/**
 * Wrangler writes it into the bundle: a deployed Worker is reached by its
 * routes alone, one on a developer's machine by any name that leads there.
 */
const isDeployed = process.env.NODE_ENV === "production";

function backend(env: Env): Backend {
  return {
    async connect(room, request) {
      const { status, webSocket, headers } =
        await env.ROOM.getByName(room).fetch(request);
      // A response of our own: middleware may add headers, which the one
      // from the object would turn into an error.
      return new Response(null, { status, webSocket, headers });
    },
    async ask(room, op) {
      const [reply] = await env.ROOM.getByName(room).ask([op]);
      if (reply === undefined) throw new Error("The room gave no reply.");
      return reply;
    },
    async page(request) {
      const response = await env.ASSETS.fetch(request);
      // As above.
      return new Response(response.body, response);
    },
    // Each object has storage of its own, which the platform keeps.
    storageProblem: () => null,
    source: (request) => ({
      // Cloudflare's own: whatever a client says in it is overwritten.
      address: request.headers.get("CF-Connecting-IP"),
      isDirect: !isDeployed,
      async mayConnect(network) {
        const outcome = await env.CONNECTS?.limit({ key: network });
        return outcome?.success ?? true;
      },
    }),
  };
}
