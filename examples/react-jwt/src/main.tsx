// Main: a page in React shows one room, for the user of the app's session.
import { connect, type Room } from "edge-chat/client";
import { type FormEvent, useSyncExternalStore } from "react";
import { createRoot } from "react-dom/client";

/** The SDK asks again before a token ends. */
async function fetchToken(): Promise<string> {
  const response = await fetch("/token", { method: "POST" });
  if (!response.ok) throw new Error("Sign in first.");
  return response.text();
}

const lobby = connect(`${location.origin}/chat`, {
  room: "lobby",
  token: fetchToken,
});

function Chat({ room }: { room: Room }) {
  const { messages, members, state } = useSyncExternalStore(
    room.subscribe,
    room.getSnapshot,
    room.getServerSnapshot,
  );
  const send = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    void room.send(String(new FormData(form).get("text")));
    form.reset();
  };
  return (
    <main>
      <p>
        {state}, here: {members.join(", ")}
      </p>
      <ol>
        {messages.map(({ seq, username, text }) => (
          <li key={seq}>
            {username}: {text}
          </li>
        ))}
      </ol>
      <form onSubmit={send}>
        <input name="text" aria-label="Message" required />
      </form>
    </main>
  );
}

const root = document.getElementById("root");
if (root !== null) createRoot(root).render(<Chat room={lobby} />);
