// AdamW in one pass over parameter, gradient and moments.

// @ts-ignore: decorator
@inline
function step4(
  at: usize,
  p: usize,
  g: usize,
  m: usize,
  v: usize,
  keep: v128,
  rate: v128,
  beta1: v128,
  rest1: v128,
  beta2: v128,
  rest2: v128,
  root: v128,
  eps: v128,
): void {
  const grad = v128.load(g + at);
  const mean = f32x4.add(f32x4.mul(v128.load(m + at), beta1), f32x4.mul(grad, rest1));
  const square = f32x4.add(
    f32x4.mul(v128.load(v + at), beta2),
    f32x4.mul(f32x4.mul(grad, grad), rest2),
  );
  v128.store(m + at, mean);
  v128.store(v + at, square);
  const denominator = f32x4.add(f32x4.mul(f32x4.sqrt(square), root), eps);
  const change = f32x4.div(f32x4.mul(mean, rate), denominator);
  v128.store(p + at, f32x4.sub(f32x4.mul(v128.load(p + at), keep), change));
}

/**
 * p ← p · keep − rate · m / (√v · root + eps), where keep = 1 − lr · wd, rate = lr / (1 − β1^t) and
 * root = 1 / √(1 − β2^t).
 */
export function adamW(
  p: usize,
  g: usize,
  m: usize,
  v: usize,
  n: u32,
  keep: f32,
  rate: f32,
  beta1: f32,
  rest1: f32,
  beta2: f32,
  rest2: f32,
  root: f32,
  eps: f32,
): void {
  const whole = n & ~3;
  let i: u32 = 0;
  for (; i < whole; i += 4) {
    step4(
      (i as usize) << 2,
      p,
      g,
      m,
      v,
      f32x4.splat(keep),
      f32x4.splat(rate),
      f32x4.splat(beta1),
      f32x4.splat(rest1),
      f32x4.splat(beta2),
      f32x4.splat(rest2),
      f32x4.splat(root),
      f32x4.splat(eps),
    );
  }
  for (; i < n; i++) {
    const at = (i as usize) << 2;
    const grad = load<f32>(g + at);
    const mean = load<f32>(m + at) * beta1 + grad * rest1;
    const square = load<f32>(v + at) * beta2 + grad * grad * rest2;
    store<f32>(m + at, mean);
    store<f32>(v + at, square);
    const change = mean * rate / (sqrt<f32>(square) * root + eps);
    store<f32>(p + at, load<f32>(p + at) * keep - change);
  }
}
