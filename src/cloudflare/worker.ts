// Worker: the entry on Cloudflare, which passes requests to the app and the app's calls to the objects.
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
 * Wrangler writes this value into the bundle. A deployed Worker has the names
 * of its routes alone. On a developer's machine any name may lead to it.
 */
const isDeployed = process.env.NODE_ENV === "production";

function backend(env: Env): Backend {
  return {
    async connect(room, request) {
      const { status, webSocket, headers } =
        await env.ROOM.getByName(room).fetch(request);
      // A response of our own: middleware may add headers, and the response
      // from the object would throw.
      return new Response(null, { status, webSocket, headers });
    },
    async ask(room, op) {
      const [reply] = await env.ROOM.getByName(room).ask([op]);
      if (reply === undefined) throw new Error("The room gave no reply.");
      return reply;
    },
    async page(request) {
      const response = await env.ASSETS.fetch(request);
      // A copy, for the same reason.
      return new Response(response.body, response);
    },
    // Each object has its own storage, and the platform keeps it.
    storageProblem: () => null,
    source: (request) => ({
      // Cloudflare sets this header and overwrites a client's value.
      address: request.headers.get("CF-Connecting-IP"),
      isDirect: !isDeployed,
      async mayConnect(network) {
        const outcome = await env.CONNECTS?.limit({ key: network });
        return outcome?.success ?? true;
      },
    }),
  };
}
