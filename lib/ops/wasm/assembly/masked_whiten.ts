// Scaling to variance 1 over the entries that a mask counts. Sums in double precision: tens of thousands
// of values may lie far from zero.

/** y = (x − mean) / √(variance + eps), plus the mean if it is kept; 0 where the mask is 0. */
export function maskedWhiten(
  x: usize,
  mask: usize,
  y: usize,
  n: u32,
  eps: f64,
  keepMean: u32,
): void {
  const end = (n as usize) << 2;
  let count: f64 = 0;
  let sum: f64 = 0;
  for (let at: usize = 0; at < end; at += 4) {
    if (load<f32>(mask + at) == 0) continue;
    count += 1;
    sum += load<f32>(x + at) as f64;
  }
  const mean = count == 0 ? 0 : sum / count;
  let squares: f64 = 0;
  for (let at: usize = 0; at < end; at += 4) {
    if (load<f32>(mask + at) == 0) continue;
    const difference = (load<f32>(x + at) as f64) - mean;
    squares += difference * difference;
  }
  const variance = count < 2 ? 0 : squares / (count - 1);
  const scale = 1 / sqrt<f64>(variance + eps);
  const shift = keepMean ? mean : 0;
  for (let at: usize = 0; at < end; at += 4) {
    const value = ((load<f32>(x + at) as f64) - mean) * scale + shift;
    store<f32>(y + at, load<f32>(mask + at) == 0 ? 0 : value as f32);
  }
}
