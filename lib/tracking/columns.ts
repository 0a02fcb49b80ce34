/** What a cell holds: `ints` and `floats` are lists. */
export type ColumnType = "int" | "float" | "float32" | "bool" | "text" | "ints" | "floats";

/** What a column holds. */
export interface Column {
  /** What its cells hold. */
  readonly type: ColumnType;
  /** Unit of the numbers, or what they lie between where there is none. */
  readonly unit: string;
  /** What it means; says when a cell is empty, if it may be. */
  readonly meaning: string;
  /** Whether cells may be empty (null). */
  readonly nullable?: true;
}

/** The columns of a frame by name, in their order. */
export type Columns = Readonly<Record<string, Column>>;

/** The JavaScript value of a cell by the column's type. */
export interface CellValues {
  /** An integer of 32 bits. */
  int: number;
  /** Any number. */
  float: number;
  /** Any number, kept with single precision. */
  float32: number;
  /** True or false. */
  bool: boolean;
  /** Text. */
  text: string;
  /** A list of integers of 32 bits. */
  ints: ArrayLike<number>;
  /** A list of numbers. */
  floats: ArrayLike<number>;
}

/** A row of a frame: one value per column, null only where the column allows it. */
export type RowOf<C extends Columns> = {
  readonly [Name in keyof C]:
    | CellValues[C[Name]["type"]]
    | (C[Name] extends { readonly nullable: true } ? null : never);
};
