// Row-major single-precision product C = alpha · op(A) op(B) + beta · C, after Goto and van de Geijn
// (2008): blocks of both operands are packed into panels in the order in which a register-blocked
// micro-kernel reads them, so transposed and strided operands cost only their packing.
import { MR, NR, packA, packB } from "./gemm_pack";
import { scratchA, scratchB, scratchTile } from "./layout";

// Depth, height and width of the packed blocks: A's 120 KiB stay in the L2 cache, a panel of B in L1.
// @ts-ignore: decorator
@inline const KC: u32 = 256;
// @ts-ignore: decorator
@inline const MC: u32 = 120;
// @ts-ignore: decorator
@inline const NC: u32 = 768;

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
  let tile = scratchTile();
  microKernel(depth, a, b, tile, NR << 2, alpha, 0);
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
  const packedA = scratchA();
  const packedB = scratchB();
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
          const panelB = packedB + (j as usize) * ((depth as usize) << 2);
          const tileColumns = min(NR, columns - j);
          for (let i: u32 = 0; i < rows; i += MR) {
            const panelA = packedA + (i as usize) * ((depth as usize) << 2);
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
