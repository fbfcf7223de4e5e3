// App: a site whose users sign in, and chat under their names by the session of the site.
import { deny, type Hooks } from "edge-chat/hooks";
import { Hono } from "hono";
import { getSignedCookie, setSignedCookie } from "hono/cookie";
import { html } from "hono/html";
import { parseSigned } from "hono/utils/cookie";

export interface SiteEnv {
  /** Signs the cookie: 32 characters or more, at random. */
  readonly SESSION_KEY: string;
}

/** The chat asks who a request comes from: the user of the session, or nobody. */
export const hooks: Hooks<SiteEnv> = {
  async onConnect({ request, env }) {
    const header = request.headers.get("Cookie") ?? "";
    const { user } = await parseSigned(header, env.SESSION_KEY, "user");
    if (!user) return deny("unauthorized", "Sign in first.");
    return { id: user.toLowerCase(), username: user };
  },
};

/** The site's own pages. A real site asks for a password, too. */
export const site = new Hono<{ Bindings: SiteEnv }>()
  .get("/", async (c) => {
    const user = await getSignedCookie(c, c.env.SESSION_KEY, "user");
    return user ? c.redirect("room") : c.html(signIn);
  })
  .post("/sign-in", async (c) => {
    const { name } = await c.req.parseBody<{ name: string }>();
    await setSignedCookie(c, "user", name, c.env.SESSION_KEY, {
      ...{ httpOnly: true, sameSite: "Lax", path: "/" },
    });
    return c.redirect("room");
  })
  .get("/room", (c) => c.html(room));

const signIn = html`<form method="post" action="sign-in">
  <label>Name <input name="name" required /></label> <button>Sign in</button>
</form>`;

/** Each line that is typed goes to the room; each line that comes is shown. */
const room = html`<form><input aria-label="Message" /></form><pre></pre>
<script type="module">
  const url = new URL("chat/rooms/lobby?format=text&username=me", location);
  const socket = new WebSocket(url.href.replace(/^http/, "ws"));
  const [form, input, lines] = [..."form,input,pre".split(",")].map((one) =>
    document.querySelector(one));
  socket.onmessage = ({ data }) => lines.append(data + "\n");
  form.onsubmit = (event) => {
    event.preventDefault();
    socket.send(input.value);
    lines.append(input.value + "\n");
    form.reset();
  };
</script>`;
