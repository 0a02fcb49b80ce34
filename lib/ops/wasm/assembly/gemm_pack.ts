// Packing of the operands of a product into panels in the order in which the micro-kernel reads them.
import { scratchA, scratchB } from "./layout";

// Tile of C held in registers: 6 rows × 2 vectors are 12 of the 16 vector registers of x86-64, which
// leaves two for a row of B and one for an element of A.
// @ts-ignore: decorator
@inline export const MR: u32 = 6;
// @ts-ignore: decorator
@inline export const NR: u32 = 8;

/** Packs op(A)[0..rows, 0..depth] as panels [depth][6], zeros below the last row. */
export function packA(a: usize, lda: usize, transposed: bool, rows: u32, depth: u32): void {
  let target = scratchA();
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
export function packB(b: usize, ldb: usize, transposed: bool, columns: u32, depth: u32): void {
  let target = scratchB();
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
