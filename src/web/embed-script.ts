// The script for other sites: puts the page into a frame where it stands, as `<script src=".../embed.js" data-room="support">`.

/**
 * What the page may do in the frame: run, keep its own things, and open links
 * in windows without these limits. It may not lead the site around it away.
 */
const SANDBOX = [
  "allow-scripts",
  "allow-same-origin",
  "allow-forms",
  "allow-popups",
  "allow-popups-to-escape-sandbox",
];
/** A sound for a new message; the copying of one's key. */
const PERMISSIONS = ["autoplay", "clipboard-write"];

/** One after the other: what a browser does not know leaves the one before. */
const HEIGHTS = ["36rem", "min(36rem, 100vh)", "min(36rem, 100dvh)"];

/** What is written at the script: room, username, lang, theme, height, title. */
function createFrame(script: HTMLScriptElement): HTMLIFrameElement {
  const { room = "lobby", title = `Chat: ${room}`, height } = script.dataset;
  const frame = document.createElement("iframe");
  frame.src = frameUrl(script, room);
  frame.title = title;
  frame.setAttribute("sandbox", SANDBOX.join(" "));
  frame.allow = PERMISSIONS.join("; ");
  // By it the page knows which site it is embedded in, whatever the policy of
  // that site: what it keeps is kept for that site alone.
  frame.referrerPolicy = "origin";
  frame.loading = "lazy";
  // Each by itself: an attribute with them would need the site's leave.
  const { style } = frame;
  style.display = "block";
  style.boxSizing = "border-box";
  style.width = "100%";
  style.border = "0";
  for (const one of [...HEIGHTS, ...heightValues(height)]) style.height = one;
  return frame;
}

/** Wishes stand after the #, so that no name gets into a log of requests. */
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

/** A number alone is in pixels, as in HTML; nothing changes nothing. */
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
