// The whole page: the door, or the conversations of whoever is in.
import { talk } from "../app-state.ts";
import { announcement } from "../notices.ts";
import { Boundary } from "./boundary.tsx";
import { Door } from "./door.tsx";
import { Shell } from "./shell.tsx";

export function App() {
  const { count, words } = announcement.value;
  return (
    <>
      <Boundary isBig>
        {talk.value === null ? <Door /> : <Shell talk={talk.value} />}
      </Boundary>
      <div class="unseen" data-announcer aria-live="polite">
        <p key={count}>{words}</p>
      </div>
    </>
  );
}
