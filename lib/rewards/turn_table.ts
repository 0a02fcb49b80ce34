/** One number for every answer of a discussion: `table[t][a]`, shape [T, A]. */
export type TurnTable = readonly (readonly number[])[];

/** Which answers exist, shape [T, A]: 1 = counts, 0 = the discussion had ended before this turn. */
export type TurnMask = readonly (readonly number[])[];

/** A {@link TurnTable} together with the answers that it holds. */
export interface MaskedTable {
  /** Shape [T, A]; 0 where the mask is 0, which is no measurement. */
  readonly valuesTA: number[][];
  /** Shape [T, A], 1 = counts. */
  readonly presentTA: number[][];
}

/** Number of turns and agents of a table. */
export interface TableShape {
  /** T, at least 1. */
  readonly numTurns: number;
  /** A, at least 1. */
  readonly numAgents: number;
}

/**
 * Checks that a table is rectangular with at least one turn and one agent.
 *
 * @param tableTA The table, shape [T, A].
 * @param name Name for the error message.
 * @returns The shape of the table.
 * @throws {RangeError} If there is no turn, no agent, or the turns differ in their number of agents.
 */
export function tableShape(tableTA: readonly (readonly unknown[])[], name: string): TableShape {
  const numTurns = tableTA.length;
  const numAgents = tableTA[0]?.length ?? 0;
  if (numTurns === 0 || numAgents === 0) {
    throw new RangeError(
      `Cannot read ${name} as a table of at least 1 turn and 1 agent: shape is [${numTurns}, ${numAgents}]`,
    );
  }
  for (const [t, row] of tableTA.entries()) {
    if (row.length !== numAgents) {
      throw new RangeError(
        `Cannot read ${name} as a table of ${numAgents} agents per turn: turn ${t} has ${row.length}, pass one row of equal length for every turn`,
      );
    }
  }
  return { numTurns, numAgents };
}

/**
 * The mask of a discussion that was held for its first turns only.
 *
 * @param numTurnsHeld Turns held, 0 to `numTurns`.
 * @param shape Shape of the mask to make.
 * @returns Shape [T, A]: 1 for turns before `numTurnsHeld`, else 0.
 * @throws {RangeError} If `numTurnsHeld` is not an integer from 0 to `numTurns`.
 */
export function presentTurns(numTurnsHeld: number, shape: TableShape): number[][] {
  const { numTurns, numAgents } = shape;
  if (!Number.isInteger(numTurnsHeld) || numTurnsHeld < 0 || numTurnsHeld > numTurns) {
    throw new RangeError(
      `Cannot mask the turns held as an integer in [0, ${numTurns}]: current value is ${numTurnsHeld}`,
    );
  }
  return Array.from(
    { length: numTurns },
    (_, t) => new Array<number>(numAgents).fill(t < numTurnsHeld ? 1 : 0),
  );
}

/**
 * Checks a mask against a table, or makes the mask in which every answer counts.
 *
 * @param presentTA The mask, shape [T, A], or undefined for "all present".
 * @param shape The shape that it must have.
 * @returns A fresh mask of zeros and ones, shape [T, A].
 * @throws {RangeError} If the shape differs or an entry is neither 0 nor 1.
 */
export function resolveMask(presentTA: TurnMask | undefined, shape: TableShape): number[][] {
  if (presentTA === undefined) return presentTurns(shape.numTurns, shape);
  const { numTurns, numAgents } = tableShape(presentTA, "the mask");
  if (numTurns !== shape.numTurns || numAgents !== shape.numAgents) {
    throw new RangeError(
      `Cannot use the mask as one of shape [${shape.numTurns}, ${shape.numAgents}]: its shape is [${numTurns}, ${numAgents}]`,
    );
  }
  for (const [t, row] of presentTA.entries()) {
    for (const [a, entry] of row.entries()) {
      if (entry !== 0 && entry !== 1) {
        throw new RangeError(
          `Cannot use the mask as zeros and ones: entry [${t}][${a}] is ${entry}`,
        );
      }
    }
  }
  return presentTA.map((row) => [...row]);
}

/**
 * Checks that every entry that counts is a finite number.
 *
 * @param tableTA The table, shape [T, A].
 * @param presentTA The mask, shape [T, A]; entries where it is 0 may be anything.
 * @param name Name for the error message.
 * @throws {RangeError} If an entry that counts is NaN or infinite.
 */
export function checkFinite(tableTA: TurnTable, presentTA: TurnMask, name: string): void {
  for (const [t, row] of tableTA.entries()) {
    for (const [a, value] of row.entries()) {
      if (presentTA[t]![a] === 1 && !Number.isFinite(value)) {
        throw new RangeError(
          `Cannot use ${name} as finite numbers: turn ${t}, agent ${a} has ${value}, mask it or repair its source`,
        );
      }
    }
  }
}

/**
 * Lengthens a table to the planned number of turns of its discussion.
 *
 * @typeParam V Type of an entry.
 * @param tableTA The turns held, shape [H, A].
 * @param numTurns T, at least H.
 * @param fill What stands in the turns that were not held; the mask says that it does not count.
 * @returns Shape [T, A].
 * @throws {RangeError} If the table is longer than `numTurns`.
 */
export function padTurns<V>(
  tableTA: readonly (readonly V[])[],
  numTurns: number,
  fill: V,
): V[][] {
  const { numTurns: held, numAgents } = tableShape(tableTA, "the table to pad");
  if (!Number.isInteger(numTurns) || numTurns < held) {
    throw new RangeError(
      `Cannot pad a table of ${held} turns as one of numTurns turns: current value is ${numTurns}`,
    );
  }
  return Array.from(
    { length: numTurns },
    (_, t) => t < held ? [...tableTA[t]!] : new Array<V>(numAgents).fill(fill),
  );
}
