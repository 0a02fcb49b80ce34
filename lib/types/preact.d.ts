/**
 * The part of Preact that this repository uses.
 *
 * @module
 */

/** An element of a page, as a view describes it. */
export interface VNode {
  /** The name of the element. */
  readonly type: unknown;
}

/** What may stand inside of an element; nothing stands for null, undefined and false. */
export type Child = VNode | string | number | null | undefined | false | readonly Child[];

/** Describes an element. */
export function h(
  type: string,
  props: Readonly<Record<string, unknown>> | null,
  ...children: Child[]
): VNode;

/** Makes the content of an element of the page what a view describes, and changes only what differs. */
export function render(view: Child, parent: object): void;
