// Translation: keeps texts up to date that the browser's translator has replaced.
import { options, type VNode } from "preact";

/**
 * A translator takes a text node out of the page and puts a <font> with its
 * own text there. Whoever draws the page goes on changing the node that is
 * gone, and nobody sees it.
 *
 * By each node that is out, what stands for it.
 */
const substitutes = new WeakMap<Node, Element>();

/** @param root all of what is drawn, now and later */
export function followTranslation(root: Node): void {
  const changes = new MutationObserver((records) => {
    for (const { target } of records) restoreNode(target);
  });
  const replacements = new MutationObserver((records) => {
    for (const record of records) {
      for (const node of record.addedNodes) removeSubstitute(node);
      for (const node of record.removedNodes) {
        if (!(node instanceof Text) || node.isConnected) continue;
        const substitute = findSubstitute(record);
        if (substitute === undefined) continue;
        substitutes.set(node, substitute);
        changes.observe(node, { characterData: true });
      }
    }
  });
  replacements.observe(root, { childList: true, subtree: true });
  patchInsertBefore();
  const { unmount } = options;
  options.unmount = (vnode) => {
    const node = textNodeOf(vnode);
    if (node !== null) removeSubstitute(node);
    unmount?.(vnode);
  };
}

function findSubstitute(record: MutationRecord): Element | undefined {
  const { addedNodes, previousSibling, nextSibling } = record;
  return [...addedNodes, previousSibling, nextSibling].find(
    (node) => node instanceof HTMLElement && node.localName === "font",
  ) as Element | undefined;
}

/** The text has changed: it is to be seen, and translated anew. */
function restoreNode(node: Node): void {
  const substitute = substitutes.get(node);
  if (substitute?.isConnected && !node.isConnected)
    substitute.replaceWith(node);
  substitutes.delete(node);
}

/** The node itself is there again, or is not wanted any more. */
function removeSubstitute(node: Node): void {
  substitutes.get(node)?.remove();
  substitutes.delete(node);
}

/** What is to go before a node that is out goes before its substitute. */
function patchInsertBefore(): void {
  const { insertBefore } = Node.prototype;
  Node.prototype.insertBefore = function <T extends Node>(
    this: Node,
    node: T,
    before: Node | null,
  ): T {
    const isHere = before === null || before.parentNode === this;
    const place = isHere ? before : (substitutes.get(before) ?? null);
    const isThere = place === null || place.parentNode === this;
    insertBefore.call(this, node, isThere ? place : null);
    return node;
  };
}

/** Of a text: its node, which Preact keeps under this name. */
function textNodeOf(vnode: VNode): Node | null {
  const { __e: node } = vnode as VNode & { __e?: unknown };
  return node instanceof Text ? node : null;
}
