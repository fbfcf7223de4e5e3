// Error boundary: shows a sentence in place of a part that fails, so that the other parts go on.
import { Component, type ComponentChildren } from "preact";
import { texts } from "../i18n.ts";

interface ErrorBoundaryProps {
  /** Offers to render the part again. */
  readonly canRetry?: boolean;
  readonly children: ComponentChildren;
}

export class ErrorBoundary extends Component<
  ErrorBoundaryProps,
  { hasFailed: boolean }
> {
  override state = { hasFailed: false };

  static override getDerivedStateFromError() {
    return { hasFailed: true };
  }

  override componentDidCatch(error: unknown): void {
    // Without the message, which may quote what a user wrote.
    const { name = "", stack = "" } = error instanceof Error ? error : {};
    const places = stack.split("\n").filter((line) => /^\s+at /.test(line));
    console.error(["A part cannot be shown:", name, ...places].join("\n"));
  }

  override render() {
    if (!this.state.hasFailed) return this.props.children;
    const t = texts.value;
    if (!this.props.canRetry) return <p class="render-error">{t.notShown}</p>;
    return (
      <div class="render-error" role="alert">
        <p>{t.notShown}</p>
        <button
          type="button"
          onClick={() => this.setState({ hasFailed: false })}
        >
          {t.tryAgain}
        </button>
      </div>
    );
  }
}
