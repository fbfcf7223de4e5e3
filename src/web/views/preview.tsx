// Preview: shows the first lines of a message without its Markdown marks, in a dialog about it.
import { usePlainText } from "./use-plain-text.ts";

export function Preview({ text }: { readonly text: string }) {
  return (
    <p class="preview" dir="auto">
      {usePlainText(text)}
    </p>
  );
}
