// Who one is: the key for other devices, other names, and forgetting this one.
import { useId, useState } from "preact/hooks";
import { begin, enter, exit, go } from "../app-state.ts";
import { closeDialog } from "../dialogs.ts";
import { forget, knownNames, secretOf } from "../identity.ts";
import { texts, times } from "../language.ts";
import { sameness } from "../spelling.ts";
import type { Talk } from "../talk.ts";
import { Avatar } from "./avatar.tsx";
import { useDeed } from "./use-deed.ts";

export function YouDialog({ talk }: { readonly talk: Talk }) {
  const t = texts.value;
  const name = talk.rooms.value[0]?.snapshot.value.username ?? talk.name;
  return (
    <div class="form">
      <p class="whoami">
        <Avatar name={name} />
        <strong>
          <bdi>{t.mine(name)}</bdi>
        </strong>
      </p>
      <Keep talk={talk} />
      <Key name={talk.name} />
      <Others name={talk.name} />
      <Forget name={talk.name} />
    </div>
  );
}

/** A guest's name, or one for good. */
function Keep({ talk }: { readonly talk: Talk }) {
  const t = texts.value;
  const deed = useDeed();
  const [isAsked, setAsked] = useState(false);
  const room = talk.carrier.value;
  const until = room?.snapshot.value.registered ?? null;
  const release = () => {
    if (!isAsked) return setAsked(true);
    setAsked(false);
    deed.do(() => room?.chat.release());
  };
  return (
    <div class="keep" data-registered={until ?? undefined}>
      {until === null ? (
        <>
          <p class="hint">{t.guest}</p>
          <button
            type="button"
            class="main"
            aria-disabled={deed.isBusy}
            onClick={() => deed.do(() => room?.chat.register())}
          >
            {t.register}
          </button>
          <p class="hint">{t.registerHint}</p>
        </>
      ) : (
        <>
          <p class="hint">
            {t.registered} {t.registeredUntil(times.value.date(until))}
          </p>
          {isAsked && <p role="alert">{t.releaseSure}</p>}
          <span class="buttons">
            <button type="button" aria-disabled={deed.isBusy} onClick={release}>
              {t.release}
            </button>
            {isAsked && (
              <button type="button" onClick={() => setAsked(false)}>
                {t.cancel}
              </button>
            )}
          </span>
        </>
      )}
      <p class="reason" role="alert">
        {deed.refusal}
      </p>
    </div>
  );
}

function Key({ name }: { readonly name: string }) {
  const t = texts.value;
  const id = useId();
  const [isCopied, setCopied] = useState(false);
  const secret = secretOf(name);
  return (
    <details>
      <summary>{t.useElsewhere}</summary>
      <p class="hint">{t.keyWarning}</p>
      <div class="field">
        <label for={id}>{t.key}</label>
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
            // Not on an insecure origin: it can be selected all the same.
            document.getElementById(id)?.focus();
          }
        }}
      >
        {isCopied ? t.copied : t.copy}
      </button>
    </details>
  );
}

function Others({ name }: { readonly name: string }) {
  const t = texts.value;
  const others = knownNames().filter((one) => sameness(one) !== sameness(name));
  const become = async (other: string | null) => {
    closeDialog();
    await exit();
    const next = other === null ? null : begin(other, null);
    if (next === null) return;
    enter(next);
    go({ kind: "none" });
  };
  return (
    <div class="others">
      {others.map((other) => (
        <button type="button" key={other} onClick={() => become(other)}>
          {t.switchTo} <bdi>{other}</bdi>
        </button>
      ))}
      <button type="button" onClick={() => become(null)}>
        {t.anotherName}
      </button>
    </div>
  );
}

/** Twice, since it cannot be undone. */
function Forget({ name }: { readonly name: string }) {
  const t = texts.value;
  const [isAsked, setAsked] = useState(false);
  if (!isAsked)
    return (
      <button type="button" class="danger" onClick={() => setAsked(true)}>
        {t.forget(name)}
      </button>
    );
  return (
    <div class="reason" role="alert">
      <p>{t.forgetSure(name)}</p>
      <span class="buttons">
        <button
          type="button"
          class="danger"
          onClick={async () => {
            closeDialog();
            await exit();
            forget(name);
            go({ kind: "none" });
          }}
        >
          {t.forget(name)}
        </button>
        <button type="button" onClick={() => setAsked(false)}>
          {t.cancel}
        </button>
      </span>
    </div>
  );
}
