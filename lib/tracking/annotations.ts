/** A row with the annotations of its answer. */
export interface AnnotatedRow {
  /** JSON of the annotations by name, as the column holds it. */
  readonly annotations: string;
}

/**
 * What a format read of a row's response.
 *
 * @param row A row of `answers.parquet` or `evaluations.parquet`.
 * @returns The annotations by name; null where the response does not say.
 */
export function annotationsOfRow({ annotations }: AnnotatedRow): Record<string, string | null> {
  return JSON.parse(annotations);
}
