// Embed script: inserts the page as a frame into another site, where `<script src=".../embed.js" data-room="support">` stands.

/**
 * The permissions of the page in the frame: it runs scripts, stores its own
 * data, and opens links in normal windows. It cannot navigate the embedding
 * site.
 */
const SANDBOX = [
  "allow-scripts",
  "allow-same-origin",
  "allow-forms",
  "allow-popups",
  "allow-popups-to-escape-sandbox",
];
/** For the sound of a new message, and for copying the key. */
const PERMISSIONS = ["autoplay", "clipboard-write"];

/** Set one after another: a browser ignores a value that it does not know. */
const HEIGHTS = ["36rem", "min(36rem, 100vh)", "min(36rem, 100dvh)"];

/**
 * Reads the attributes of the script: room, username, lang, theme, height,
 * title.
 */
function createFrame(script: HTMLScriptElement): HTMLIFrameElement {
  const { room = "lobby", title = `Chat: ${room}`, height } = script.dataset;
  const frame = document.createElement("iframe");
  frame.src = frameUrl(script, room);
  frame.title = title;
  frame.setAttribute("sandbox", SANDBOX.join(" "));
  frame.allow = PERMISSIONS.join("; ");
  // The page learns the origin of the embedding site from the referrer,
  // whatever the policy of that site. Stored data is separate for each site.
  frame.referrerPolicy = "origin";
  frame.loading = "lazy";
  // Set as properties: a style attribute would need the permission of the site.
  const { style } = frame;
  style.display = "block";
  style.boxSizing = "border-box";
  style.width = "100%";
  style.border = "0";
  for (const one of [...HEIGHTS, ...heightValues(height)]) style.height = one;
  return frame;
}

/** The options follow the #, so that no username gets into a request log. */
function frameUrl(script: HTMLScriptElement, room: string): string {
  const {
    username,
    theme,
    lang = document.documentElement.lang,
  } = script.dataset;
  const options = new URLSearchParams();
  for (const [name, value] of Object.entries({ username, lang, theme }))
    if (value) options.set(name, value);
  const address = new URL("./?embed", script.src);
  const rest = options.size > 0 ? `?${options}` : "";
  address.hash = `${encodeURIComponent(room)}${rest}`;
  return address.href;
}

/**
 * A number without a unit is in pixels, as in HTML. An empty value changes
 * nothing.
 */
function heightValues(height = ""): string[] {
  if (height === "") return [];
  return [/^\d+$/.test(height) ? `${height}px` : height];
}

function insertFrame(script: HTMLScriptElement): void {
  const frame = createFrame(script);
  const { parentNode } = script;
  if (parentNode !== null && parentNode !== document.head) script.after(frame);
  else if (document.body !== null) document.body.append(frame);
  else
    document.addEventListener("DOMContentLoaded", () =>
      document.body.append(frame),
    );
}

const { currentScript } = document;
if (currentScript instanceof HTMLScriptElement) insertFrame(currentScript);
