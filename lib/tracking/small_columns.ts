import type { Column, Columns } from "./columns.ts";

/** A column that fills much of a frame and that no table of several runs is made from. */
export type LeftOut =
  | "question"
  | "questionSeed"
  | "questionText"
  | "text"
  | "solution"
  | "boxed"
  | "finished"
  | "meanLogProb";

const LEFT_OUT: readonly LeftOut[] = [
  ...["question", "questionSeed", "questionText", "text", "solution"] as const,
  ...["boxed", "finished", "meanLogProb"] as const,
];

/** Half of a frame's bytes would be digits of these that no table shows: they are kept with single precision. */
const SHORTENED: readonly string[] = ["score", "promptFlops", "responseFlops"];

/** A row, or the columns, of a frame of answers without what {@linkcode smallColumns} leaves out. */
export type Small<T> = Omit<T, LeftOut>;

/**
 * Columns of answers that tables are made from, small enough to be committed.
 *
 * @param columns All columns.
 * @returns Those that tables read, in their order, numbers that fill much of a frame with single precision.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { smallColumns } from "./small_columns.ts";
 *
 * const turn = { type: "int", unit: "from 0", meaning: "turn" } as const;
 * const text = { type: "text", unit: "", meaning: "the response" } as const;
 * assertEquals(smallColumns({ turn, text }), { turn });
 * ```
 */
export function smallColumns<C extends Columns>(columns: C): Small<C> {
  const isLeftOut = (name: string) => LEFT_OUT.some((other) => other === name);
  return Object.fromEntries(
    Object.entries(columns).filter(([name]) => !isLeftOut(name)).map((
      [name, column],
    ) => [
      name,
      SHORTENED.includes(name) ? { ...column, type: "float32" } satisfies Column : column,
    ]),
  ) as unknown as Small<C>;
}
