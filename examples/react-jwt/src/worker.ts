// Worker: gives the user of a session a token, and mounts the chat, which admits these tokens alone.
import { type ChatEnv, createChat } from "edge-chat/cloudflare";
import { Hono } from "hono";
import { getCookie } from "hono/cookie";
import { sign } from "hono/jwt";

interface Env extends ChatEnv {
  readonly JWT_SECRET: string;
}

const ISSUER = "https://my-app.example";
const TOKEN_SECONDS = 300;

const chat = createChat<Env>({
  settings: { JWT_ISSUER: ISSUER, GUESTS: "off" },
});

/** Stands for the sessions of your app: the cookie is the user's name. */
const userOf = (session: string | undefined) =>
  session ? { id: session.toLowerCase(), name: session } : null;

export const { RoomObject, DirectoryObject, ServiceObject } = chat;
export default new Hono<{ Bindings: Env }>()
  .post("/token", async (c) => {
    const user = userOf(getCookie(c, "session"));
    if (user === null) return c.text("Sign in first.", 401);
    const exp = Math.floor(Date.now() / 1000) + TOKEN_SECONDS;
    const claims = { iss: ISSUER, sub: user.id, username: user.name, exp };
    return c.text(await sign(claims, c.env.JWT_SECRET, "HS256"));
  })
  .route("/chat", chat.app);
