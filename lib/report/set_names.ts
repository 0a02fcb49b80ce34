/**
 * What sets of discussions are called: those of one evaluation of one model, or all of training.
 *
 * @module
 */

/** What the answers of training are called where models are. */
export const TRAINING = "training";

/** What a set is named by. */
export interface SetPlace {
  /** `training`, or the split of an evaluation's questions. */
  readonly source: string;
  /** The model. */
  readonly model: string;
  /** Updates that it had been trained for. */
  readonly update: number;
}

/**
 * The name of a set in addresses.
 *
 * @param place What it is of.
 * @returns Such as `test:MAPoRL:8`, or `training`.
 */
export function setName({ source, model, update }: SetPlace): string {
  return source === TRAINING ? TRAINING : `${source}:${model}:${update}`;
}

/**
 * What people call a set.
 *
 * @param place What it is of.
 * @returns Such as `MAPoRL (test, 8 updates)`, or `Training`.
 */
export function setTitle({ source, model, update }: SetPlace): string {
  if (source === TRAINING) return "Training";
  const after = update === 0 ? "" : `, ${update} update${update === 1 ? "" : "s"}`;
  return `${model} (${source}${after})`;
}
