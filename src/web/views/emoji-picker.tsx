// Emoji picker: finds an emoji by its name in English or Chinese, by keyboard or pointer.
import { useEffect, useRef, useState } from "preact/hooks";
import { loadEmoji, recentEmoji } from "../emoji-catalogue.ts";
import {
  type Emoji,
  type EmojiGroups,
  findEmoji,
  QUICK_EMOJI,
} from "../emoji-search.ts";
import { language, texts } from "../i18n.ts";
import { toolTexts } from "../tool-texts.ts";

interface PickerProps {
  readonly onPick: (emoji: string) => void;
}

export function EmojiPicker({ onPick }: PickerProps) {
  const t = toolTexts.value;
  const [groups, setGroups] = useState<EmojiGroups | null>(null);
  const [hasFailed, setFailed] = useState(false);
  const [query, setQuery] = useState("");
  const [recent] = useState(recentEmoji);
  const list = useRef<HTMLDivElement>(null);
  const load = () => {
    setFailed(false);
    loadEmoji().then(setGroups, () => setFailed(true));
  };
  useEffect(load, []);
  const isSearch = query.trim() !== "";
  const found = groups === null || !isSearch ? [] : findEmoji(groups, query);
  const shown: [title: string, emoji: readonly Emoji[]][] =
    groups === null
      ? []
      : isSearch
        ? [[t.foundEmoji(found.length), found]]
        : [
            [t.recentEmoji, knownOf(groups, [...recent, ...QUICK_EMOJI])],
            ...groups.map(
              (group, index) =>
                [t.emojiGroups[index] ?? "", group] as [string, Emoji[]],
            ),
          ];
  return (
    <form
      class="emoji-picker"
      onSubmit={(event) => {
        event.preventDefault();
        const [first] = found;
        if (first !== undefined) onPick(first.sign);
      }}
    >
      <input
        type="search"
        aria-label={t.findEmoji}
        placeholder={t.findEmoji}
        autocomplete="off"
        value={query}
        onInput={({ currentTarget: { value } }) => setQuery(value)}
        onKeyDown={(event) => {
          if (event.key !== "ArrowDown") return;
          event.preventDefault();
          optionsIn(list.current)[0]?.focus();
        }}
      />
      <p class="visually-hidden" role="status">
        {isSearch && groups !== null && t.foundEmoji(found.length)}
      </p>
      {hasFailed && (
        <p class="form-error" role="alert">
          {t.emojiNotLoaded}{" "}
          <button type="button" onClick={load}>
            {texts.value.tryAgain}
          </button>
        </p>
      )}
      {groups === null && !hasFailed && <p class="hint">{t.loading}</p>}
      {groups !== null && isSearch && found.length === 0 && (
        <p class="hint">{t.noEmoji}</p>
      )}
      <div
        class="emoji-list"
        role="listbox"
        aria-label={t.emoji}
        tabIndex={-1}
        ref={list}
        onClick={({ target }) => pickFrom(target, onPick)}
        onKeyDown={(event) => moveInList(event, list.current, onPick)}
      >
        {shown
          .filter(([, emoji]) => emoji.length > 0)
          .map(([title, emoji], group) => (
            // biome-ignore lint/a11y/useSemanticElements: no fieldset is in a listbox
            <div key={title} role="group" aria-label={title}>
              <p aria-hidden="true">{title}</p>
              <div class="emoji-grid" role="presentation">
                {emoji.map(({ sign, names }, index) => (
                  <div
                    key={sign}
                    role="option"
                    aria-selected={false}
                    tabIndex={group === 0 && index === 0 ? 0 : -1}
                    aria-label={names[language.value]}
                    title={names[language.value]}
                    data-emoji={sign}
                  >
                    {sign}
                  </div>
                ))}
              </div>
            </div>
          ))}
      </div>
    </form>
  );
}

/** The emoji of these signs, each once. */
function knownOf(groups: EmojiGroups, signs: readonly string[]): Emoji[] {
  const all = new Map(groups.flat().map((one) => [one.sign, one]));
  return [...new Set(signs)]
    .map((sign) => all.get(sign))
    .filter((one) => one !== undefined);
}

function optionsIn(list: HTMLElement | null): HTMLElement[] {
  return [...(list?.querySelectorAll<HTMLElement>("[data-emoji]") ?? [])];
}

function pickFrom(
  target: EventTarget | null,
  onPick: (emoji: string) => void,
): void {
  const option =
    target instanceof Element
      ? target.closest<HTMLElement>("[data-emoji]")
      : null;
  if (option !== null) onPick(option.dataset.emoji ?? "");
}

function moveInList(
  event: KeyboardEvent,
  list: HTMLElement | null,
  onPick: (emoji: string) => void,
): void {
  const { key } = event;
  const options = optionsIn(list);
  const now = options.indexOf(event.target as HTMLElement);
  if (now < 0) return;
  if (key === "Enter" || key === " ") {
    event.preventDefault();
    pickFrom(event.target, onPick);
    return;
  }
  const field = list?.parentElement?.querySelector("input");
  if (key === "Backspace" || (key.length === 1 && key !== " ")) {
    // The key goes to the search.
    field?.focus();
    return;
  }
  const isRtl = document.documentElement.matches(":dir(rtl)");
  const [back, forward] = isRtl
    ? ["ArrowRight", "ArrowLeft"]
    : ["ArrowLeft", "ArrowRight"];
  let next: HTMLElement | null | undefined;
  if (key === back) next = options[now - 1];
  else if (key === forward) next = options[now + 1];
  else if (key === "Home") next = options[0];
  else if (key === "End") next = options.at(-1);
  else if (key === "ArrowDown") next = inNextLine(options, now, 1);
  else if (key === "ArrowUp") next = inNextLine(options, now, -1) ?? field;
  else return;
  event.preventDefault();
  for (const option of options) option.tabIndex = option === next ? 0 : -1;
  next?.focus();
}

/** The option below or above that is nearest. */
function inNextLine(
  options: readonly HTMLElement[],
  now: number,
  step: 1 | -1,
): HTMLElement | undefined {
  const { offsetTop: top = 0, offsetLeft: left = 0 } = options[now] ?? {};
  let line: number | null = null;
  let nearest: HTMLElement | undefined;
  for (let i = now + step; i >= 0 && i < options.length; i += step) {
    const option = options[i];
    if (option === undefined || option.offsetTop === top) continue;
    line ??= option.offsetTop;
    if (option.offsetTop !== line) break;
    const isNearer =
      nearest === undefined ||
      Math.abs(option.offsetLeft - left) < Math.abs(nearest.offsetLeft - left);
    if (isNearer) nearest = option;
  }
  return nearest;
}
