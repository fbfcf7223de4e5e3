// Sign-in: asks for a username and a room, and joins.
import { signal } from "@preact/signals";
import { useId, useLayoutEffect, useRef, useState } from "preact/hooks";
import { readRoomName, readUsername } from "../../protocol/names.ts";
import {
  createSession,
  embedOptions,
  openRoom,
  route,
  signIn,
} from "../app-state.ts";
import { embedder } from "../embedder.ts";
import { type ErrorInfo, explainError, STORED_KEY } from "../error-text.ts";
import { texts } from "../i18n.ts";
import { currentName, isSecret, knownNames, setSecret } from "../identity.ts";
import { allowsGuests, loadServerConfig } from "../server-config.ts";
import { iconUrl } from "../server-url.ts";
import { savedRooms, type UserSession } from "../user-session.ts";
import { Avatar } from "./avatar.tsx";
import { LanguageChoice } from "./language-choice.tsx";

let hasAutoJoined = embedOptions.username === null;

/** The typed text survives signing in and out. */
const name = signal(embedOptions.username ?? "");
const room = signal("");
const key = signal("");

export function SignIn() {
  const t = texts.value;
  const [error, setError] = useState<ErrorInfo | null>(null);
  const [attempt, setAttempt] = useState<UserSession | null>(null);
  const nameField = useRef<HTMLInputElement>(null);
  const roomField = useRef<HTMLInputElement>(null);
  const keyField = useRef<HTMLInputElement>(null);
  const linkedRoom = route.value.kind === "room" ? route.value.room : "";

  // Before the next key press, so that it reaches the field and stays in it.
  useLayoutEffect(() => {
    if (linkedRoom !== "") room.value = linkedRoom;
  }, [linkedRoom]);
  useLayoutEffect(() => {
    loadServerConfig();
    if (name.value === "") name.value = currentName() ?? "";
    (name.value === "" ? nameField : roomField).current?.focus();
    // The embedding site has named the user: join once without asking.
    if (
      embedder === "" ||
      hasAutoJoined ||
      name.value === "" ||
      linkedRoom === ""
    )
      return;
    hasAutoJoined = true;
    join(name.value, linkedRoom);
  }, []);

  const showError = (reason: ErrorInfo, field: HTMLInputElement | null) => {
    setError(reason);
    field?.focus();
  };

  const join = async (typedName: string, typedRoom: string) => {
    setError(null);
    await attempt?.stop();
    setAttempt(null);
    const username = readUsername(typedName.trim());
    if (username === null)
      return showError(
        { code: "bad_username", message: "" },
        nameField.current,
      );
    const roomName = readRoomName(typedRoom.trim());
    if (roomName === null)
      return showError({ code: "bad_room", message: "" }, roomField.current);
    const secret = key.value.trim();
    if (secret !== "" && !isSecret(secret))
      return showError(
        { code: "bad_key", message: t.badKey },
        keyField.current,
      );
    const restoreSecret =
      secret === "" ? () => {} : setSecret(username, secret);
    const next = createSession(username, roomName);
    if (next === null) return;
    setAttempt(next);
    try {
      await next.rooms.value[0]?.room.ready();
    } catch (error) {
      setAttempt(null);
      await next.stop();
      restoreSecret();
      const reason = toErrorInfo(error, secret !== "");
      if (reason.reason === "no_guests") allowsGuests.value = false;
      showError(
        reason,
        isRoomError(reason) ? roomField.current : nameField.current,
      );
      return;
    }
    key.value = "";
    next.saveRooms();
    if (route.value.kind !== "peer") openRoom(roomName);
    signIn(next);
  };

  return (
    <main class="sign-in" data-view="sign-in">
      <header>
        <img src={iconUrl} alt="" width="48" height="48" />
        <h1>edge-chat</h1>
        <p>{t.tagline}</p>
      </header>
      {allowsGuests.value ? (
        <>
          <KnownNames join={join} askRoom={() => roomField.current?.focus()} />
          <form
            onSubmit={(event) => {
              event.preventDefault();
              join(name.value, room.value);
            }}
            noValidate
          >
            <Field
              {...{ label: t.yourName, hint: t.nameHint, value: name }}
              field={nameField}
              autocomplete="nickname"
            />
            <Field
              {...{ label: t.room, hint: t.roomHint, value: room }}
              field={roomField}
              autocomplete="off"
            />
            <SignInError error={error} attempt={attempt} />
            <button type="submit" class="primary">
              {attempt === null ? t.join : t.joining}
            </button>
            <details>
              <summary>{t.otherDevice}</summary>
              <Field
                {...{ label: t.keyOfName, hint: t.keyHint, value: key }}
                field={keyField}
                autocomplete="off"
              />
            </details>
          </form>
        </>
      ) : (
        <p role="status" data-error="no_guests">
          {t.noGuests}
        </p>
      )}
      <LanguageChoice />
    </main>
  );
}

interface FieldProps {
  readonly label: string;
  readonly hint: string;
  readonly value: { value: string };
  readonly autocomplete: string;
  readonly field?: preact.RefObject<HTMLInputElement | null>;
}

function Field({ label, hint, value, autocomplete, field }: FieldProps) {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <input
        id={id}
        ref={field ?? null}
        dir="auto"
        value={value.value}
        onInput={({ currentTarget }) => {
          value.value = currentTarget.value;
        }}
        aria-describedby={`${id}-hint`}
        autocomplete={autocomplete}
        autocapitalize="none"
        spellcheck={false}
        enterkeyhint="go"
      />
      <small id={`${id}-hint`}>{hint}</small>
    </div>
  );
}

/** Shows an error, or the reason for a wait. */
function SignInError(props: {
  readonly error: ErrorInfo | null;
  readonly attempt: UserSession | null;
}) {
  const { error, attempt } = props;
  const t = texts.value;
  const { state, reason } = attempt?.connection.value ?? {};
  const isLost = state === "reconnecting";
  const isReached = !UNREACHED.has(reason?.code ?? "");
  return (
    <div role="alert" class="form-error" data-error={error?.code}>
      {error !== null && <p>{explainError(error, t)}</p>}
      {isLost && !isReached && <p>{t.notReached}</p>}
      {isLost && isReached && reason && (
        <p data-waiting={reason.code}>{explainError(reason, t)}</p>
      )}
    </div>
  );
}

/** With these codes no server has answered yet. */
const UNREACHED = new Set(["", "connection_lost", "no_answer", "closed"]);

interface KnownNamesProps {
  join(name: string, room: string): void;
  /** Asks for the room, if none is known. */
  askRoom(): void;
}

/** Signs in a user of this device again. */
function KnownNames({ join, askRoom }: KnownNamesProps) {
  const names = knownNames();
  if (names.length === 0) return null;
  return (
    <ul class="known-names">
      {names.map((known) => (
        <li key={known}>
          <button
            type="button"
            onClick={() => {
              name.value = known;
              const roomName = room.value || (savedRooms(known)[0] ?? "");
              room.value = roomName;
              if (roomName === "") askRoom();
              else join(known, roomName);
            }}
          >
            <Avatar name={known} />
            <span>{texts.value.continueAs(known)}</span>
          </button>
        </li>
      ))}
    </ul>
  );
}

/** Returns true for errors that another name does not solve. */
function isRoomError({ code, reason = "" }: ErrorInfo): boolean {
  const ofRoom = ["room_private", "room_not_in_token", "no_such_room"];
  return code === "bad_room" || ofRoom.includes(reason);
}

/**
 * @param isTyped true if the user entered a key, false if it is the stored
 *   one
 */
function toErrorInfo(error: unknown, isTyped: boolean): ErrorInfo {
  const { code = "", message = "", ...more } = error as Partial<ErrorInfo>;
  const { reason, retryAfter } = more;
  const isKept = code === "unauthorized" && reason === undefined && !isTyped;
  return {
    ...{ code, message, retryAfter },
    reason: isKept ? STORED_KEY : reason,
  };
}
