/** Axes that a message shows. */
const SHOWN = 8;

/**
 * A shape in a message, however many axes a file gives it.
 *
 * @param shape Length of each axis.
 * @returns Such as `[2, 3]`; of more than eight axes the first.
 */
export function shapeText(shape: readonly number[]): string {
  const more = shape.length > SHOWN ? `, … (${shape.length} axes)` : "";
  return `[${shape.slice(0, SHOWN).join(", ")}${more}]`;
}
