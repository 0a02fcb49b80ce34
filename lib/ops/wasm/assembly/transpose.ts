// A matrix with its rows and columns exchanged.

/** y [width, yStride] = xᵀ of x [rows, width]; rows of x lie xStride elements apart. */
export function transpose(
  x: usize,
  xStride: u32,
  y: usize,
  yStride: u32,
  rows: u32,
  width: u32,
): void {
  const xStep = (xStride as usize) << 2;
  const yStep = (yStride as usize) << 2;
  const whole = width & ~3;
  let row: u32 = 0;
  for (; row + 4 <= rows; row += 4) {
    for (let column: u32 = 0; column < whole; column += 4) {
      const from = x + (row as usize) * xStep + ((column as usize) << 2);
      const to = y + (column as usize) * yStep + ((row as usize) << 2);
      transpose4(from, xStep, to, yStep);
    }
    moveOne(x, xStep, y, yStep, row, row + 4, whole, width);
  }
  moveOne(x, xStep, y, yStep, row, rows, 0, width);
}

/** The same of four rows and columns. */
// @ts-ignore: decorator
@inline
function transpose4(x: usize, xStep: usize, y: usize, yStep: usize): void {
  const x0 = v128.load(x);
  const x1 = v128.load(x + xStep);
  const x2 = v128.load(x + 2 * xStep);
  const x3 = v128.load(x + 3 * xStep);
  const low01 = v128.shuffle<f32>(x0, x1, 0, 4, 1, 5);
  const high01 = v128.shuffle<f32>(x0, x1, 2, 6, 3, 7);
  const low23 = v128.shuffle<f32>(x2, x3, 0, 4, 1, 5);
  const high23 = v128.shuffle<f32>(x2, x3, 2, 6, 3, 7);
  v128.store(y, v128.shuffle<f64>(low01, low23, 0, 2));
  v128.store(y + yStep, v128.shuffle<f64>(low01, low23, 1, 3));
  v128.store(y + 2 * yStep, v128.shuffle<f64>(high01, high23, 0, 2));
  v128.store(y + 3 * yStep, v128.shuffle<f64>(high01, high23, 1, 3));
}

/** The same element by element, for some rows and columns. */
function moveOne(
  x: usize,
  xStep: usize,
  y: usize,
  yStep: usize,
  fromRow: u32,
  toRow: u32,
  fromColumn: u32,
  toColumn: u32,
): void {
  for (let row: usize = fromRow; row < (toRow as usize); row++) {
    for (let column: usize = fromColumn; column < (toColumn as usize); column++) {
      store<f32>(y + column * yStep + (row << 2), load<f32>(x + row * xStep + (column << 2)));
    }
  }
}
