/**
 * Matrix products that occur: y = x Wᵀ of shapes [M, K] and [N, K].
 *
 * @module
 */

/** One product. */
export interface ProductSize {
  /** Rows of x. */
  readonly m: number;
  /** Inputs. */
  readonly k: number;
  /** Outputs. */
  readonly n: number;
  /** Where it occurs. */
  readonly what: string;
}

/** From the small decoder's to square ones, where a machine's peak shows. */
export const productSizes: readonly ProductSize[] = [
  { m: 6144, k: 128, n: 128, what: "projection, 128 wide, 64 × 96 tokens" },
  { m: 6144, k: 128, n: 352, what: "MLP in, 128 wide" },
  { m: 6144, k: 352, n: 128, what: "MLP out, 128 wide" },
  { m: 6144, k: 128, n: 16, what: "LoRA in, r = 16" },
  { m: 6144, k: 16, n: 128, what: "LoRA out, r = 16" },
  { m: 192, k: 128, n: 352, what: "MLP in, 192 rows of decoding" },
  { m: 2048, k: 512, n: 512, what: "projection, 512 wide, 8 × 256 tokens" },
  { m: 2048, k: 512, n: 1408, what: "MLP in, 512 wide" },
  { m: 2048, k: 1408, n: 512, what: "MLP out, 512 wide" },
  { m: 1024, k: 1024, n: 1024, what: "square" },
  { m: 2048, k: 2048, n: 2048, what: "square" },
];
