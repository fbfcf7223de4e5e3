// App: shows the sign-in form, or the conversations of the user.
import { session } from "../app-state.ts";
import { announcement } from "../notifications.ts";
import { ErrorBoundary } from "./error-boundary.tsx";
import { Shell } from "./shell.tsx";
import { SignIn } from "./sign-in.tsx";

export function App() {
  const { count, text } = announcement.value;
  return (
    <>
      <ErrorBoundary canRetry>
        {session.value === null ? (
          <SignIn />
        ) : (
          <Shell session={session.value} />
        )}
      </ErrorBoundary>
      <div class="visually-hidden" data-announcer aria-live="polite">
        <p key={count}>{text}</p>
      </div>
    </>
  );
}
