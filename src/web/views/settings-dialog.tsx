// Settings dialog: changes the language, the colours and the notifications of the page.
import { type Signal, useSignal } from "@preact/signals";
import { playSound } from "../desktop-notification.ts";
import { isApple } from "../environment.ts";
import { texts } from "../i18n.ts";
import { canNotify } from "../notifications.ts";
import {
  NOTIFY_ABOUT,
  notifications,
  notifyAbout,
  sound,
  THEMES,
  theme,
} from "../settings.ts";
import { toolTexts } from "../tool-texts.ts";
import { LanguageChoice } from "./language-choice.tsx";

export function SettingsDialog() {
  const t = texts.value;
  const tt = toolTexts.value;
  const isDenied = useSignal(canNotify && Notification.permission === "denied");
  const changeNotifications = async (isWanted: boolean) => {
    if (isWanted) {
      const answer = await Notification.requestPermission();
      isDenied.value = answer === "denied";
      notifications.value = answer === "granted" ? "on" : "off";
    } else notifications.value = "off";
  };
  return (
    <div class="form">
      <h3>{t.languageLabel}</h3>
      <LanguageChoice />
      <h3>{tt.theme}</h3>
      <Choice
        label={tt.theme}
        choice={theme}
        values={THEMES}
        words={[tt.themeAuto, tt.themeLight, tt.themeDark]}
      />
      {canNotify && (
        <label class="check">
          <input
            type="checkbox"
            checked={notifications.value === "on"}
            onChange={({ currentTarget: { checked } }) =>
              changeNotifications(checked)
            }
          />
          {tt.notifications}
        </label>
      )}
      {isDenied.value && <p class="hint">{tt.notificationsDenied}</p>}
      <label class="check">
        <input
          type="checkbox"
          checked={sound.value === "on"}
          onChange={({ currentTarget: { checked } }) => {
            sound.value = checked ? "on" : "off";
            if (checked) playSound();
          }}
        />
        {tt.sound}
      </label>
      {(sound.value === "on" || notifications.value === "on") && (
        <>
          <h3>{tt.notifyAbout}</h3>
          <Choice
            label={tt.notifyAbout}
            choice={notifyAbout}
            values={NOTIFY_ABOUT}
            words={[tt.notifyMentions, tt.notifyAll]}
          />
        </>
      )}
      <p class="hint">{tt.shortcuts}</p>
      <p class="hint">{tt.switcherShortcut(isApple ? "⌘K" : "Ctrl+K")}</p>
      <p class="hint">{tt.messageShortcuts}</p>
    </div>
  );
}

interface ChoiceProps<Value extends string> {
  readonly label: string;
  readonly choice: Signal<Value>;
  readonly values: readonly Value[];
  /** The label of each value. */
  readonly words: readonly string[];
}

function Choice<Value extends string>(props: ChoiceProps<Value>) {
  const { label, choice, values, words } = props;
  return (
    <fieldset class="choice" aria-label={label}>
      {values.map((value, index) => (
        <button
          type="button"
          key={value}
          aria-pressed={choice.value === value}
          onClick={() => {
            choice.value = value;
          }}
        >
          {words[index]}
        </button>
      ))}
    </fieldset>
  );
}
