/** Philox4x32-10 (Salmon et al. 2011) in WGSL, the generator of `lib/core/philox.ts`. */

/**
 * Declares `uniformAt(offset, draw)`: the `draw`-th uniform number, rounded to float32 in [0, 1], of the
 * stream whose four words and position lie from `offset` on in the buffer `streams`.
 */
export const UNIFORM_AT = `
// Upper half of the product of two words, from halves of them.
fn multiplyHigh(a: u32, b: u32) -> u32 {
  let carry = (a >> 16u) * (b & 0xffffu) + (((a & 0xffffu) * (b & 0xffffu)) >> 16u);
  let middle = (a & 0xffffu) * (b >> 16u) + (carry & 0xffffu);
  return (a >> 16u) * (b >> 16u) + (carry >> 16u) + (middle >> 16u);
}

fn streamWord(offset: u32, position: u32) -> u32 {
  var c = vec4<u32>(position >> 2u, 0u, streams[offset + 2u], streams[offset + 3u]);
  var k = vec2<u32>(streams[offset], streams[offset + 1u]);
  for (var round = 0u; round < 10u; round++) {
    let high = vec2<u32>(multiplyHigh(0xd2511f53u, c.x), multiplyHigh(0xcd9e8d57u, c.z));
    let low = vec2<u32>(0xd2511f53u * c.x, 0xcd9e8d57u * c.z);
    c = vec4<u32>(high.y ^ c.y ^ k.x, low.y, high.x ^ c.w ^ k.y, low.x);
    k += vec2<u32>(0x9e3779b9u, 0xbb67ae85u);
  }
  return c[position & 3u];
}

fn uniformAt(offset: u32, draw: u32) -> f32 {
  let position = streams[offset + 4u] + 2u * draw;
  let high = f32(streamWord(offset, position) >> 5u);
  let low = f32(streamWord(offset, position + 1u) >> 6u);
  return (high * 67108864.0 + low) * exp2(-53.0);
}`;
