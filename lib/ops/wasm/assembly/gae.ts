// Generalised advantage estimation of right-padded rows, from each row's end to its start. In double
// precision: an advantage sums up a whole row.

/** advantages and returns [rows, width]; a mask of 0 ends an episode and gives zeros. */
export function gae(
  rewards: usize,
  values: usize,
  mask: usize,
  advantages: usize,
  returns: usize,
  rows: u32,
  width: u32,
  gamma: f64,
  decay: f64,
): void {
  for (let row: u32 = 0; row < rows; row++) {
    let next: f64 = 0;
    let advantage: f64 = 0;
    for (let t: u32 = width; t > 0; t--) {
      const at = ((row * width + t - 1) as usize) << 2;
      if (load<f32>(mask + at) == 0) {
        next = 0;
        advantage = 0;
        store<f32>(advantages + at, 0);
        store<f32>(returns + at, 0);
        continue;
      }
      const value = load<f32>(values + at) as f64;
      advantage = (load<f32>(rewards + at) as f64) + gamma * next - value + decay * advantage;
      store<f32>(advantages + at, advantage as f32);
      store<f32>(returns + at, (advantage + value) as f32);
      next = value;
    }
  }
}
