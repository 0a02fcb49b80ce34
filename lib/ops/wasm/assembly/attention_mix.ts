// Weighted sums of a block of values whose columns lie among those of other heads.

/** out += Σ weights[s] · value[s] over `count` values, `stride` bytes apart. */
export function mixBlock(
  weights: usize,
  values: usize,
  stride: usize,
  out: usize,
  count: u32,
  headDim: u32,
): void {
  const end = weights + ((count as usize) << 2);
  let i: u32 = 0;
  for (; i + 32 <= headDim; i += 32) {
    const at = (i as usize) << 2;
    let value = values + at;
    let s0 = v128.load(out + at);
    let s1 = v128.load(out + at, 16);
    let s2 = v128.load(out + at, 32);
    let s3 = v128.load(out + at, 48);
    let s4 = v128.load(out + at, 64);
    let s5 = v128.load(out + at, 80);
    let s6 = v128.load(out + at, 96);
    let s7 = v128.load(out + at, 112);
    for (let p = weights; p != end; p += 4) {
      const weight = v128.load_splat<f32>(p);
      s0 = f32x4.relaxed_madd(weight, v128.load(value), s0);
      s1 = f32x4.relaxed_madd(weight, v128.load(value, 16), s1);
      s2 = f32x4.relaxed_madd(weight, v128.load(value, 32), s2);
      s3 = f32x4.relaxed_madd(weight, v128.load(value, 48), s3);
      s4 = f32x4.relaxed_madd(weight, v128.load(value, 64), s4);
      s5 = f32x4.relaxed_madd(weight, v128.load(value, 80), s5);
      s6 = f32x4.relaxed_madd(weight, v128.load(value, 96), s6);
      s7 = f32x4.relaxed_madd(weight, v128.load(value, 112), s7);
      value += stride;
    }
    v128.store(out + at, s0);
    v128.store(out + at, s1, 16);
    v128.store(out + at, s2, 32);
    v128.store(out + at, s3, 48);
    v128.store(out + at, s4, 64);
    v128.store(out + at, s5, 80);
    v128.store(out + at, s6, 96);
    v128.store(out + at, s7, 112);
  }
  for (; i + 16 <= headDim; i += 16) {
    const at = (i as usize) << 2;
    let value = values + at;
    let s0 = v128.load(out + at);
    let s1 = v128.load(out + at, 16);
    let s2 = v128.load(out + at, 32);
    let s3 = v128.load(out + at, 48);
    for (let p = weights; p != end; p += 4) {
      const weight = v128.load_splat<f32>(p);
      s0 = f32x4.relaxed_madd(weight, v128.load(value), s0);
      s1 = f32x4.relaxed_madd(weight, v128.load(value, 16), s1);
      s2 = f32x4.relaxed_madd(weight, v128.load(value, 32), s2);
      s3 = f32x4.relaxed_madd(weight, v128.load(value, 48), s3);
      value += stride;
    }
    v128.store(out + at, s0);
    v128.store(out + at, s1, 16);
    v128.store(out + at, s2, 32);
    v128.store(out + at, s3, 48);
  }
  for (; i < headDim; i++) {
    const at = (i as usize) << 2;
    let value = values + at;
    let sum = load<f32>(out + at);
    for (let p = weights; p != end; p += 4) {
      sum += load<f32>(p) * load<f32>(value);
      value += stride;
    }
    store<f32>(out + at, sum);
  }
}

/** {@link mixBlock} for two queries at once, so that each value is read once for both; headDim a multiple of 16. */
export function mixBlockTwice(
  weights: usize,
  otherWeights: usize,
  values: usize,
  stride: usize,
  out: usize,
  otherOut: usize,
  count: u32,
  headDim: u32,
): void {
  const end = weights + ((count as usize) << 2);
  for (let i: u32 = 0; i < headDim; i += 16) {
    const at = (i as usize) << 2;
    let value = values + at;
    let a0 = v128.load(out + at);
    let a1 = v128.load(out + at, 16);
    let a2 = v128.load(out + at, 32);
    let a3 = v128.load(out + at, 48);
    let b0 = v128.load(otherOut + at);
    let b1 = v128.load(otherOut + at, 16);
    let b2 = v128.load(otherOut + at, 32);
    let b3 = v128.load(otherOut + at, 48);
    let r = otherWeights;
    for (let p = weights; p != end; p += 4) {
      const x = v128.load_splat<f32>(p);
      const y = v128.load_splat<f32>(r);
      let column = v128.load(value);
      a0 = f32x4.relaxed_madd(x, column, a0);
      b0 = f32x4.relaxed_madd(y, column, b0);
      column = v128.load(value, 16);
      a1 = f32x4.relaxed_madd(x, column, a1);
      b1 = f32x4.relaxed_madd(y, column, b1);
      column = v128.load(value, 32);
      a2 = f32x4.relaxed_madd(x, column, a2);
      b2 = f32x4.relaxed_madd(y, column, b2);
      column = v128.load(value, 48);
      a3 = f32x4.relaxed_madd(x, column, a3);
      b3 = f32x4.relaxed_madd(y, column, b3);
      value += stride;
      r += 4;
    }
    v128.store(out + at, a0);
    v128.store(out + at, a1, 16);
    v128.store(out + at, a2, 32);
    v128.store(out + at, a3, 48);
    v128.store(otherOut + at, b0);
    v128.store(otherOut + at, b1, 16);
    v128.store(otherOut + at, b2, 32);
    v128.store(otherOut + at, b3, 48);
  }
}
