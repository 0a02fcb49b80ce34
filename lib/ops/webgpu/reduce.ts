/** Sums over the invocations of a workgroup, as text for programs. */

/**
 * Declares `sumOverGroup(local, value)`, which every invocation of the workgroup must call and which gives
 * each of them the sum. Added in a fixed order.
 *
 * @param size Invocations of one workgroup; a power of two.
 * @returns WGSL declarations.
 */
export function sumOverGroup(size: number): string {
  return `
var<workgroup> partialSums: array<f32, ${size}>;
fn sumOverGroup(local: u32, value: f32) -> f32 {
  workgroupBarrier(); // the sums of an earlier call have been read
  partialSums[local] = value;
  workgroupBarrier();
  for (var step = ${size / 2}u; step > 0u; step = step >> 1u) {
    if (local < step) { partialSums[local] += partialSums[local + step]; }
    workgroupBarrier();
  }
  return partialSums[0];
}`;
}
