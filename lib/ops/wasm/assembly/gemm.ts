// Row-major single-precision product C = alpha · op(A) op(B) + beta · C, after Goto and van de Geijn
// (2008): blocks of both operands are packed into panels in the order in which a register-blocked
// micro-kernel reads them, so transposed and strided operands cost only their packing.
import { EDGE_TILE, PACK_A, PACK_B } from "./layout";

// Tile of C held in registers: 6 rows × 2 vectors are 12 of the 16 vector registers of x86-64, which
// leaves two for a row of B and one for an element of A.
// @ts-ignore: decorator
@inline const MR: u32 = 6;
// @ts-ignore: decorator
@inline const NR: u32 = 8;
// Depth, height and width of the packed blocks: A's 120 KiB stay in the L2 cache, a panel of B in L1.
// @ts-ignore: decorator
@inline const KC: u32 = 256;
// @ts-ignore: decorator
@inline const MC: u32 = 120;
// @ts-ignore: decorator
@inline const NC: u32 = 768;

/** Packs op(A)[0..rows, 0..depth] as panels [depth][6], zeros below the last row. */
function packA(a: usize, lda: usize, transposed: bool, rows: u32, depth: u32): void {
  let target = PACK_A;
  for (let row: u32 = 0; row < rows; row += MR) {
    const count = min(MR, rows - row);
    if (transposed) {
      let source = a + ((row as usize) << 2);
      if (count == MR) {
        for (let p: u32 = 0; p < depth; p++) {
          v128.store(target, v128.load(source));
          store<u64>(target, load<u64>(source, 16), 16);
          source += lda;
          target += MR << 2;
        }
      } else {
        for (let p: u32 = 0; p < depth; p++) {
          for (let i: u32 = 0; i < MR; i++) {
            const value: f32 = i < count ? load<f32>(source + ((i as usize) << 2)) : 0;
            store<f32>(target + ((i as usize) << 2), value);
          }
          source += lda;
          target += MR << 2;
        }
      }
    } else {
      let r0 = a + (row as usize) * lda;
      if (count == MR) {
        let r1 = r0 + lda;
        let r2 = r1 + lda;
        let r3 = r2 + lda;
        let r4 = r3 + lda;
        let r5 = r4 + lda;
        let p: u32 = 0;
        for (; p + 4 <= depth; p += 4) {
          const x0 = v128.load(r0);
          const x1 = v128.load(r1);
          const x2 = v128.load(r2);
          const x3 = v128.load(r3);
          const x4 = v128.load(r4);
          const x5 = v128.load(r5);
          // Transposes 6 × 4 to 4 × 6 by pairs.
          const a01 = v128.shuffle<f32>(x0, x1, 0, 4, 1, 5);
          const b01 = v128.shuffle<f32>(x0, x1, 2, 6, 3, 7);
          const a23 = v128.shuffle<f32>(x2, x3, 0, 4, 1, 5);
          const b23 = v128.shuffle<f32>(x2, x3, 2, 6, 3, 7);
          const a45 = v128.shuffle<f32>(x4, x5, 0, 4, 1, 5);
          const b45 = v128.shuffle<f32>(x4, x5, 2, 6, 3, 7);
          v128.store(target, v128.shuffle<f64>(a01, a23, 0, 2));
          v128.store(target, v128.shuffle<f32>(a45, a01, 0, 1, 6, 7), 16);
          v128.store(target, v128.shuffle<f32>(a23, a45, 2, 3, 6, 7), 32);
          v128.store(target, v128.shuffle<f64>(b01, b23, 0, 2), 48);
          v128.store(target, v128.shuffle<f32>(b45, b01, 0, 1, 6, 7), 64);
          v128.store(target, v128.shuffle<f32>(b23, b45, 2, 3, 6, 7), 80);
          r0 += 16;
          r1 += 16;
          r2 += 16;
          r3 += 16;
          r4 += 16;
          r5 += 16;
          target += 96;
        }
        for (; p < depth; p++) {
          store<f32>(target, load<f32>(r0));
          store<f32>(target, load<f32>(r1), 4);
          store<f32>(target, load<f32>(r2), 8);
          store<f32>(target, load<f32>(r3), 12);
          store<f32>(target, load<f32>(r4), 16);
          store<f32>(target, load<f32>(r5), 20);
          r0 += 4;
          r1 += 4;
          r2 += 4;
          r3 += 4;
          r4 += 4;
          r5 += 4;
          target += 24;
        }
      } else {
        for (let p: u32 = 0; p < depth; p++) {
          let source = r0;
          for (let i: u32 = 0; i < MR; i++) {
            const value: f32 = i < count ? load<f32>(source) : 0;
            store<f32>(target + ((i as usize) << 2), value);
            source += lda;
          }
          r0 += 4;
          target += MR << 2;
        }
      }
    }
  }
}

/** Packs op(B)[0..depth, 0..columns] as panels [depth][8], zeros right of the last column. */
function packB(b: usize, ldb: usize, transposed: bool, columns: u32, depth: u32): void {
  let target = PACK_B;
  for (let column: u32 = 0; column < columns; column += NR) {
    const count = min(NR, columns - column);
    if (!transposed) {
      let source = b + ((column as usize) << 2);
      if (count == NR) {
        for (let p: u32 = 0; p < depth; p++) {
          v128.store(target, v128.load(source));
          v128.store(target, v128.load(source, 16), 16);
          source += ldb;
          target += NR << 2;
        }
      } else {
        for (let p: u32 = 0; p < depth; p++) {
          for (let j: u32 = 0; j < NR; j++) {
            const value: f32 = j < count ? load<f32>(source + ((j as usize) << 2)) : 0;
            store<f32>(target + ((j as usize) << 2), value);
          }
          source += ldb;
          target += NR << 2;
        }
      }
    } else {
      let r0 = b + (column as usize) * ldb;
      if (count == NR) {
        const half = target;
        // Two groups of four rows, each transposed 4 × 4.
        for (let group: u32 = 0; group < 2; group++) {
          let r1 = r0 + ldb;
          let r2 = r1 + ldb;
          let r3 = r2 + ldb;
          let at = half + (group << 4);
          let p: u32 = 0;
          let s0 = r0;
          for (; p + 4 <= depth; p += 4) {
            const x0 = v128.load(s0);
            const x1 = v128.load(r1);
            const x2 = v128.load(r2);
            const x3 = v128.load(r3);
            const a01 = v128.shuffle<f32>(x0, x1, 0, 4, 1, 5);
            const b01 = v128.shuffle<f32>(x0, x1, 2, 6, 3, 7);
            const a23 = v128.shuffle<f32>(x2, x3, 0, 4, 1, 5);
            const b23 = v128.shuffle<f32>(x2, x3, 2, 6, 3, 7);
            v128.store(at, v128.shuffle<f64>(a01, a23, 0, 2));
            v128.store(at, v128.shuffle<f64>(a01, a23, 1, 3), 32);
            v128.store(at, v128.shuffle<f64>(b01, b23, 0, 2), 64);
            v128.store(at, v128.shuffle<f64>(b01, b23, 1, 3), 96);
            s0 += 16;
            r1 += 16;
            r2 += 16;
            r3 += 16;
            at += 128;
          }
          for (; p < depth; p++) {
            store<f32>(at, load<f32>(s0));
            store<f32>(at, load<f32>(r1), 4);
            store<f32>(at, load<f32>(r2), 8);
            store<f32>(at, load<f32>(r3), 12);
            s0 += 4;
            r1 += 4;
            r2 += 4;
            r3 += 4;
            at += 32;
          }
          r0 += ldb << 2;
        }
        target += (depth as usize) * (NR << 2);
      } else {
        for (let p: u32 = 0; p < depth; p++) {
          let source = r0;
          for (let j: u32 = 0; j < NR; j++) {
            const value: f32 = j < count ? load<f32>(source) : 0;
            store<f32>(target + ((j as usize) << 2), value);
            source += ldb;
          }
          r0 += 4;
          target += NR << 2;
        }
      }
    }
  }
}

// @ts-ignore: decorator
@inline
function put(c: usize, x: v128, alpha: v128, beta: v128, fresh: bool): void {
  // With beta 0 the old content is not read: it may be NaN.
  if (fresh) v128.store(c, f32x4.mul(x, alpha));
  else v128.store(c, f32x4.relaxed_madd(x, alpha, f32x4.mul(v128.load(c), beta)));
}

/** C[0..6, 0..8] = alpha · panel(A) panel(B) + beta · C. */
function microKernel(
  depth: u32,
  a: usize,
  b: usize,
  c: usize,
  ldc: usize,
  alpha: f32,
  beta: f32,
): void {
  let c00 = f32x4.splat(0), c01 = f32x4.splat(0);
  let c10 = f32x4.splat(0), c11 = f32x4.splat(0);
  let c20 = f32x4.splat(0), c21 = f32x4.splat(0);
  let c30 = f32x4.splat(0), c31 = f32x4.splat(0);
  let c40 = f32x4.splat(0), c41 = f32x4.splat(0);
  let c50 = f32x4.splat(0), c51 = f32x4.splat(0);
  const end = a + (depth as usize) * (MR << 2);
  while (a != end) {
    const b0 = v128.load(b);
    const b1 = v128.load(b, 16);
    let x = v128.load_splat<f32>(a);
    c00 = f32x4.relaxed_madd(x, b0, c00);
    c01 = f32x4.relaxed_madd(x, b1, c01);
    x = v128.load_splat<f32>(a, 4);
    c10 = f32x4.relaxed_madd(x, b0, c10);
    c11 = f32x4.relaxed_madd(x, b1, c11);
    x = v128.load_splat<f32>(a, 8);
    c20 = f32x4.relaxed_madd(x, b0, c20);
    c21 = f32x4.relaxed_madd(x, b1, c21);
    x = v128.load_splat<f32>(a, 12);
    c30 = f32x4.relaxed_madd(x, b0, c30);
    c31 = f32x4.relaxed_madd(x, b1, c31);
    x = v128.load_splat<f32>(a, 16);
    c40 = f32x4.relaxed_madd(x, b0, c40);
    c41 = f32x4.relaxed_madd(x, b1, c41);
    x = v128.load_splat<f32>(a, 20);
    c50 = f32x4.relaxed_madd(x, b0, c50);
    c51 = f32x4.relaxed_madd(x, b1, c51);
    a += 24;
    b += 32;
  }
  const alphas = f32x4.splat(alpha);
  const betas = f32x4.splat(beta);
  const fresh = beta == 0;
  put(c, c00, alphas, betas, fresh);
  put(c + 16, c01, alphas, betas, fresh);
  c += ldc;
  put(c, c10, alphas, betas, fresh);
  put(c + 16, c11, alphas, betas, fresh);
  c += ldc;
  put(c, c20, alphas, betas, fresh);
  put(c + 16, c21, alphas, betas, fresh);
  c += ldc;
  put(c, c30, alphas, betas, fresh);
  put(c + 16, c31, alphas, betas, fresh);
  c += ldc;
  put(c, c40, alphas, betas, fresh);
  put(c + 16, c41, alphas, betas, fresh);
  c += ldc;
  put(c, c50, alphas, betas, fresh);
  put(c + 16, c51, alphas, betas, fresh);
}

/** A tile that reaches over C's edge: computed aside, its valid part merged into C. */
function edgeTile(
  depth: u32,
  a: usize,
  b: usize,
  c: usize,
  ldc: usize,
  alpha: f32,
  beta: f32,
  rows: u32,
  columns: u32,
): void {
  microKernel(depth, a, b, EDGE_TILE, NR << 2, alpha, 0);
  let tile = EDGE_TILE;
  for (let i: u32 = 0; i < rows; i++) {
    for (let j: u32 = 0; j < columns; j++) {
      const at = (j as usize) << 2;
      let value = load<f32>(tile + at);
      if (beta != 0) value += beta * load<f32>(c + at);
      store<f32>(c + at, value);
    }
    tile += NR << 2;
    c += ldc;
  }
}

/**
 * C [m, n] = alpha · op(A) [m, k] op(B) [k, n] + beta · C, all row-major with leading dimensions
 * counted in elements. With beta 0 C's old content is not read.
 */
export function gemm(
  transA: bool,
  transB: bool,
  m: u32,
  n: u32,
  k: u32,
  alpha: f32,
  a: usize,
  lda: u32,
  b: usize,
  ldb: u32,
  beta: f32,
  c: usize,
  ldc: u32,
): void {
  const strideA = (lda as usize) << 2;
  const strideB = (ldb as usize) << 2;
  const strideC = (ldc as usize) << 2;
  if (k == 0 || alpha == 0) {
    for (let i: u32 = 0; i < m; i++) {
      for (let j: u32 = 0; j < n; j++) {
        const p = c + (i as usize) * strideC + ((j as usize) << 2);
        store<f32>(p, beta == 0 ? <f32> 0 : beta * load<f32>(p));
      }
    }
    return;
  }
  for (let column: u32 = 0; column < n; column += NC) {
    const columns = min(NC, n - column);
    for (let depth0: u32 = 0; depth0 < k; depth0 += KC) {
      const depth = min(KC, k - depth0);
      const betaNow: f32 = depth0 == 0 ? beta : 1;
      const atB = transB
        ? (column as usize) * strideB + ((depth0 as usize) << 2)
        : (depth0 as usize) * strideB + ((column as usize) << 2);
      packB(b + atB, strideB, transB, columns, depth);
      for (let row: u32 = 0; row < m; row += MC) {
        const rows = min(MC, m - row);
        const atA = transA
          ? (depth0 as usize) * strideA + ((row as usize) << 2)
          : (row as usize) * strideA + ((depth0 as usize) << 2);
        packA(a + atA, strideA, transA, rows, depth);
        for (let j: u32 = 0; j < columns; j += NR) {
          const panelB = PACK_B + (j as usize) * ((depth as usize) << 2);
          const tileColumns = min(NR, columns - j);
          for (let i: u32 = 0; i < rows; i += MR) {
            const panelA = PACK_A + (i as usize) * ((depth as usize) << 2);
            const tileRows = min(MR, rows - i);
            const target = c + ((row + i) as usize) * strideC + (((column + j) as usize) << 2);
            if (tileRows == MR && tileColumns == NR) {
              microKernel(depth, panelA, panelB, target, strideC, alpha, betaNow);
            } else {
              edgeTile(
                depth,
                panelA,
                panelB,
                target,
                strideC,
                alpha,
                betaNow,
                tileRows,
                tileColumns,
              );
            }
          }
        }
      }
    }
  }
}
