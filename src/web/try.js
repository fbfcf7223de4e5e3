// Lets a visitor try the server from its own page: join a room, read, write.

const door = document.querySelector("#door");
const say = document.querySelector("#say");
const status = document.querySelector("#status");
const log = document.querySelector("#log");

/** The secret behind the name, so that a reload is the same person. */
const secret = localStorage.getItem("edge-chat secret") ?? makeSecret();
/** Lines kept on the page. */
const KEEP = 500;

let socket = null;
/** How far this page has seen the room, to go on after a lost connection. */
let seen = null;
let attempts = 0;
let retry = 0;

function makeSecret() {
  const made = random128();
  localStorage.setItem("edge-chat secret", made);
  return made;
}

function random128() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join(
    "",
  );
}

function connect(room, username) {
  clearTimeout(retry);
  socket?.close();
  status.textContent = `Connecting to ${room}…`;
  const scheme = location.protocol === "https:" ? "wss:" : "ws:";
  const path = `/rooms/${encodeURIComponent(room)}`;
  const own = new WebSocket(`${scheme}//${location.host}${path}`);
  socket = own;
  own.onopen = () =>
    own.send(
      JSON.stringify({ type: "join", username, token: secret, ...seen }),
    );
  own.onmessage = ({ data }) => {
    if (own === socket) show(JSON.parse(data));
  };
  own.onclose = ({ code, reason }) => {
    if (own !== socket) return;
    say.hidden = true;
    const why = reason ? ` (${reason})` : "";
    if (code >= 4500 && code < 5000) {
      status.textContent = `Disconnected${why}.`;
      return;
    }
    const wait = Math.random() * Math.min(30_000, 1000 * 2 ** attempts++);
    status.textContent = `Connection lost${why}. Trying again…`;
    retry = setTimeout(() => connect(room, username), wait);
  };
}

/** One frame from the server. */
function show(frame) {
  switch (frame.type) {
    case "welcome":
      attempts = 0;
      seen = { since: frame.seq, epoch: frame.epoch };
      status.textContent = `You are ${frame.username} in ${frame.room}: ${frame.count} here.`;
      say.hidden = false;
      say.elements.text.focus();
      if (frame.gap) line("notice", "Some messages may be missing here.");
      break;
    case "history":
      for (const message of frame.messages) show(message);
      break;
    case "message":
      seen = { ...seen, since: Math.max(seen.since, frame.seq) };
      // One's own, replayed after the connection was lost before its ack.
      if (!settle(frame.id))
        line("message", `${frame.username}: ${frame.text}`);
      break;
    case "private": {
      const whom = `${frame.username} → ${frame.to}`;
      line("private", `(private) ${whom}: ${frame.text}`);
      break;
    }
    case "ack":
      if (frame.seq) seen = { ...seen, since: Math.max(seen.since, frame.seq) };
      settle(frame.id);
      break;
    case "joined":
    case "left":
      line("notice", `${frame.username} ${frame.type}`);
      break;
    case "members":
      line("notice", `Here: ${frame.members.join(", ")}`);
      break;
    case "help":
      line("notice", frame.text);
      break;
    case "error": {
      const wait = Math.ceil((frame.retryAfter ?? 0) / 1000);
      const again = wait > 0 ? ` Try again in ${wait} s.` : "";
      line("error", `${frame.message}${again}`);
      if (say.hidden) status.textContent = "Not in a room.";
      break;
    }
  }
}

function line(kind, text) {
  const isAtEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 40;
  const item = document.createElement("li");
  item.className = kind;
  item.dir = "auto";
  item.textContent = text;
  log.append(item);
  while (log.children.length > KEEP) log.firstChild.remove();
  if (isAtEnd) log.scrollTop = log.scrollHeight;
  return item;
}

door.addEventListener("submit", (event) => {
  event.preventDefault();
  const { room, username } = door.elements;
  seen = null;
  attempts = 0;
  log.replaceChildren();
  connect(room.value.trim(), username.value.trim());
});

/** One's own lines that the server has not acked, by id. */
const waiting = new Map();

function settle(id) {
  waiting.get(id)?.classList.remove("notice");
  return waiting.delete(id);
}

say.addEventListener("submit", (event) => {
  event.preventDefault();
  const { text } = say.elements;
  const written = text.value;
  if (socket?.readyState !== WebSocket.OPEN) return;
  text.value = "";
  if (/^[@/]/.test(written)) {
    socket.send(written);
    if (written.startsWith("@")) line("private", `(private) ${written}`);
    return;
  }
  const id = random128();
  waiting.set(id, line("message notice", `you: ${written}`));
  socket.send(JSON.stringify({ type: "message", text: written, id }));
});

document.querySelector("#wscat").textContent = document
  .querySelector("#wscat")
  .textContent.replace("ws://localhost:8787", wsOrigin());
document.querySelector("#program").textContent = document
  .querySelector("#program")
  .textContent.replace("ws://localhost:8787", wsOrigin());

function wsOrigin() {
  return location.origin.replace(/^http/, "ws");
}
