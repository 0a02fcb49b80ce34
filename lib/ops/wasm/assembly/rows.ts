// Rows of a table by index. An index outside of the table reads as zeros and adds nothing.

/** out[n] = table[ids[n]]. */
export function gatherRows(
  table: usize,
  ids: usize,
  out: usize,
  count: u32,
  width: u32,
  entries: u32,
): void {
  const rowBytes = (width as usize) << 2;
  for (let n: u32 = 0; n < count; n++) {
    const id = load<u32>(ids + ((n as usize) << 2));
    if (id < entries) memory.copy(out, table + (id as usize) * rowBytes, rowBytes);
    else memory.fill(out, 0, rowBytes);
    out += rowBytes;
  }
}

/** table[ids[n]] += rows[n], in the order of n, for the ids from … to−1 and no others. */
export function scatterAddRows(
  rows: usize,
  ids: usize,
  table: usize,
  count: u32,
  width: u32,
  from: u32,
  to: u32,
): void {
  const rowBytes = (width as usize) << 2;
  const whole = width & ~3;
  for (let n: u32 = 0; n < count; n++) {
    const id = load<u32>(ids + ((n as usize) << 2));
    if (id >= from && id < to) {
      const target = table + (id as usize) * rowBytes;
      let i: u32 = 0;
      for (; i < whole; i += 4) {
        const at = (i as usize) << 2;
        v128.store(target + at, f32x4.add(v128.load(target + at), v128.load(rows + at)));
      }
      for (; i < width; i++) {
        const at = (i as usize) << 2;
        store<f32>(target + at, load<f32>(target + at) + load<f32>(rows + at));
      }
    }
    rows += rowBytes;
  }
}

/** Copies row i of `rows` to row slots[2i], position slots[2i+1] of a table [., stored, width]. */
export function placeRows(
  rows: usize,
  slots: usize,
  table: usize,
  count: u32,
  width: u32,
  stored: u32,
): void {
  const rowBytes = (width as usize) << 2;
  for (let i: u32 = 0; i < count; i++) {
    const index = load<u32>(slots) * stored + load<u32>(slots, 4);
    memory.copy(table + (index as usize) * rowBytes, rows, rowBytes);
    rows += rowBytes;
    slots += 8;
  }
}

/**
 * Copies runs first … last−1 of rows of `width` elements. A run is three words: its first row in `from`, its
 * first in `to`, and how many rows it has.
 */
export function copyRuns(
  from: usize,
  to: usize,
  runs: usize,
  first: u32,
  last: u32,
  width: u32,
): void {
  const rowBytes = (width as usize) << 2;
  for (let run: usize = first; run < (last as usize); run++) {
    const words = runs + run * 12;
    const source = from + (load<u32>(words) as usize) * rowBytes;
    const target = to + (load<u32>(words, 4) as usize) * rowBytes;
    memory.copy(target, source, (load<u32>(words, 8) as usize) * rowBytes);
  }
}
