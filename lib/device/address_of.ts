/**
 * Where a memory lies in this process, for native code.
 *
 * @param buffer The memory; it must not grow.
 * @returns Its address; 47 bits on every system that Deno runs on, so a number holds it.
 */
export function addressOf(buffer: ArrayBufferLike): number {
  return Number(
    Deno.UnsafePointer.value(Deno.UnsafePointer.of(new Uint8Array(buffer as ArrayBuffer))),
  );
}

/**
 * A number where Deno's types ask for a bigint. Deno takes both; making a bigint costs more than a small
 * call.
 *
 * @param value A safe integer.
 * @returns The same number.
 */
export function wide(value: number): bigint {
  return value as unknown as bigint;
}
