// Browser translation: keeps texts current after the browser's translator has replaced their nodes.
import { options, type VNode } from "preact";

/**
 * The substitute of each text node that a translator has taken out.
 *
 * A translator replaces a text node by a <font> element with its own text.
 * Preact goes on to update the detached node, and the user sees no change.
 */
const substitutes = new WeakMap<Node, Element>();

/** @param root contains everything that Preact renders, now and later */
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

/** The text has changed: the node returns, and is translated again. */
function restoreNode(node: Node): void {
  const substitute = substitutes.get(node);
  if (substitute?.isConnected && !node.isConnected)
    substitute.replaceWith(node);
  substitutes.delete(node);
}

/** The node is in the page again, or Preact has removed it. */
function removeSubstitute(node: Node): void {
  substitutes.get(node)?.remove();
  substitutes.delete(node);
}

/** Makes `insertBefore` accept a detached node, by its substitute. */
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

/** The text node of a vnode. Preact keeps it under this name. */
function textNodeOf(vnode: VNode): Node | null {
  const { __e: node } = vnode as VNode & { __e?: unknown };
  return node instanceof Text ? node : null;
}
