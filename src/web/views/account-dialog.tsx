// Account dialog: shows the key for other devices, registers or releases the name, and switches to another name.
import { useId, useState } from "preact/hooks";
import { createSession, navigate, signIn, signOut } from "../app-state.ts";
import { closeDialog } from "../dialog-state.ts";
import { texts, timeFormat } from "../i18n.ts";
import { forgetName, getSecret, knownNames } from "../identity.ts";
import { nameKey } from "../name-key.ts";
import { toolTexts } from "../tool-texts.ts";
import type { UserSession } from "../user-session.ts";
import { Avatar } from "./avatar.tsx";
import { useRequest } from "./use-request.ts";

export function AccountDialog({ session }: { readonly session: UserSession }) {
  const tt = toolTexts.value;
  const name = session.snapshot.value.username;
  return (
    <div class="form">
      <p class="own-name">
        <Avatar name={name} />
        <strong>
          <bdi>{tt.accountName(name)}</bdi>
        </strong>
      </p>
      <Registration session={session} />
      <SecretKey name={session.name} />
      <OtherNames name={session.name} />
      <ForgetName name={session.name} />
    </div>
  );
}

/** Registers a guest's name, or releases it. */
function Registration({ session }: { readonly session: UserSession }) {
  const tt = toolTexts.value;
  const request = useRequest();
  const [isConfirming, setConfirming] = useState(false);
  const { client } = session;
  const until = session.snapshot.value.registered;
  const release = () => {
    if (!isConfirming) return setConfirming(true);
    setConfirming(false);
    request.run(() => client.release());
  };
  return (
    <div class="registration" data-registered={until ?? undefined}>
      {until === null ? (
        <>
          <p class="hint">{tt.guestName}</p>
          <button
            type="button"
            class="primary"
            aria-disabled={request.isBusy}
            onClick={() => request.run(() => client.register())}
          >
            {tt.register}
          </button>
          <p class="hint">{tt.registerHint}</p>
        </>
      ) : (
        <>
          <p class="hint">
            {tt.registeredName}{" "}
            {tt.registeredUntil(timeFormat.value.date(until))}
          </p>
          {isConfirming && <p role="alert">{tt.releaseConfirm}</p>}
          <span class="buttons">
            <button
              type="button"
              aria-disabled={request.isBusy}
              onClick={release}
            >
              {tt.release}
            </button>
            {isConfirming && (
              <button type="button" onClick={() => setConfirming(false)}>
                {tt.cancel}
              </button>
            )}
          </span>
        </>
      )}
      <p class="form-error" role="alert">
        {request.error}
      </p>
    </div>
  );
}

function SecretKey({ name }: { readonly name: string }) {
  const tt = toolTexts.value;
  const id = useId();
  const [isCopied, setCopied] = useState(false);
  const secret = getSecret(name);
  return (
    <details>
      <summary>{tt.useOnOtherDevice}</summary>
      <p class="hint">{tt.keyWarning}</p>
      <div class="field">
        <label for={id}>{tt.key}</label>
        <input
          id={id}
          readOnly
          value={secret}
          onFocus={({ currentTarget }) => currentTarget.select()}
        />
      </div>
      <button
        type="button"
        onClick={async () => {
          try {
            await navigator.clipboard.writeText(secret);
            setCopied(true);
          } catch {
            // An insecure origin has no clipboard: the user selects the key
            // instead.
            document.getElementById(id)?.focus();
          }
        }}
      >
        {isCopied ? tt.copied : tt.copy}
      </button>
    </details>
  );
}

function OtherNames({ name }: { readonly name: string }) {
  const tt = toolTexts.value;
  const others = knownNames().filter((one) => nameKey(one) !== nameKey(name));
  const switchTo = async (other: string | null) => {
    closeDialog();
    await signOut();
    const next = other === null ? null : createSession(other, null);
    if (next === null) return;
    signIn(next);
    navigate({ kind: "none" });
  };
  return (
    <div class="other-names">
      {others.map((other) => (
        <button type="button" key={other} onClick={() => switchTo(other)}>
          {tt.switchTo} <bdi>{other}</bdi>
        </button>
      ))}
      <button type="button" onClick={() => switchTo(null)}>
        {texts.value.anotherName}
      </button>
    </div>
  );
}

/** Asks twice, since it cannot be undone. */
function ForgetName({ name }: { readonly name: string }) {
  const tt = toolTexts.value;
  const [isConfirming, setConfirming] = useState(false);
  if (!isConfirming)
    return (
      <button type="button" class="danger" onClick={() => setConfirming(true)}>
        {tt.forget(name)}
      </button>
    );
  return (
    <div class="form-error" role="alert">
      <p>{tt.forgetConfirm(name)}</p>
      <span class="buttons">
        <button
          type="button"
          class="danger"
          onClick={async () => {
            closeDialog();
            await signOut();
            forgetName(name);
            navigate({ kind: "none" });
          }}
        >
          {tt.forget(name)}
        </button>
        <button type="button" onClick={() => setConfirming(false)}>
          {tt.cancel}
        </button>
      </span>
    </div>
  );
}
