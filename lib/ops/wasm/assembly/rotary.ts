// Half-split rotary embedding by a table of cosines and sines per position.

/**
 * y = rotation of x; direction 1 rotates forward, −1 back (the gradient). The table holds for each
 * position C/2 cosines, then C/2 sines. y may be x.
 */
export function rotate(
  x: usize,
  positions: usize,
  table: usize,
  y: usize,
  rows: u32,
  heads: u32,
  headDim: u32,
  direction: f32,
): void {
  const half = headDim >> 1;
  const halfBytes = (half as usize) << 2;
  const whole = half & ~3;
  const directions = f32x4.splat(direction);
  for (let row: u32 = 0; row < rows; row++) {
    const cos = table + (load<u32>(positions + ((row as usize) << 2)) as usize) * (halfBytes << 1);
    const sin = cos + halfBytes;
    for (let head: u32 = 0; head < heads; head++) {
      let i: u32 = 0;
      for (; i < whole; i += 4) {
        const at = (i as usize) << 2;
        const first = v128.load(x + at);
        const second = v128.load(x + at + halfBytes);
        const c = v128.load(cos + at);
        const s = f32x4.mul(v128.load(sin + at), directions);
        v128.store(y + at, f32x4.sub(f32x4.mul(first, c), f32x4.mul(second, s)));
        v128.store(y + at + halfBytes, f32x4.add(f32x4.mul(second, c), f32x4.mul(first, s)));
      }
      for (; i < half; i++) {
        const at = (i as usize) << 2;
        const first = load<f32>(x + at);
        const second = load<f32>(x + at + halfBytes);
        const c = load<f32>(cos + at);
        const s = load<f32>(sin + at) * direction;
        store<f32>(y + at, first * c - second * s);
        store<f32>(y + at + halfBytes, second * c + first * s);
      }
      x += halfBytes << 1;
      y += halfBytes << 1;
    }
  }
}
