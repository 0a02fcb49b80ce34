import htm from "htm";
import { type Child, h, type VNode } from "preact";

type Tag = (strings: TemplateStringsArray, ...values: unknown[]) => VNode;

/** Writes elements as HTML; texts inside are always texts. */
export const html: Tag = (htm as unknown as { bind(to: typeof h): Tag }).bind(h);

export type { Child, VNode };
