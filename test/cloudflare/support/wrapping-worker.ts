// Wrapping Worker: the app inside of middleware that changes responses.
import { Hono } from "hono";
import { poweredBy } from "hono/powered-by";
import { secureHeaders } from "hono/secure-headers";
import { timing } from "hono/timing";
import app from "../../../src/cloudflare/worker.ts";

export {
  DirectoryObject,
  RoomObject,
  ServiceObject,
} from "../../../src/cloudflare/worker.ts";

// None of these may touch the response before the app has created it: Hono
// would create its own, which accepts headers whatever the app does.
const wrapped = new Hono();
wrapped.use(async (c, next) => {
  await next();
  c.res.headers.set("X-After", "yes");
});
wrapped.use(poweredBy(), secureHeaders(), timing());
wrapped.route("/", app);

export default wrapped;
