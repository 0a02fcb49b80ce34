// Philox4x32-10 (Salmon et al. 2011), the generator of lib/core/philox.ts, and its uniform numbers.

/** Word `position` of the stream whose four words lie at `stream`; see Random.uint32(). */
function streamWord(stream: usize, position: u64): u32 {
  const index = position >> 2;
  let c0 = index as u32;
  let c1 = (index >> 32) as u32;
  let c2 = load<u32>(stream, 8);
  let c3 = load<u32>(stream, 12);
  let k0 = load<u32>(stream);
  let k1 = load<u32>(stream, 4);
  for (let round = 0; round < 10; round++) {
    const p0 = (0xd2511f53 as u64) * (c0 as u64);
    const p1 = (0xcd9e8d57 as u64) * (c2 as u64);
    c0 = ((p1 >> 32) as u32) ^ c1 ^ k0;
    c1 = p1 as u32;
    c2 = ((p0 >> 32) as u32) ^ c3 ^ k1;
    c3 = p0 as u32;
    k0 += 0x9e3779b9;
    k1 += 0xbb67ae85;
  }
  const lane = (position as u32) & 3;
  return lane == 0 ? c0 : lane == 1 ? c1 : lane == 2 ? c2 : c3;
}

/** The uniform number in [0, 1) with 53 bits that begins at a position; see Random.uniform(). */
export function uniformAt(stream: usize, position: u64): f64 {
  const high = streamWord(stream, position) >> 5;
  const low = streamWord(stream, position + 1) >> 6;
  return ((high as f64) * 67108864.0 + (low as f64)) / 9007199254740992.0;
}
