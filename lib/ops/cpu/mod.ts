/**
 * Kernels of the CPU backend; importing this module registers them.
 *
 * @module
 */
import "./adam_w.ts";
import "./add_bias.ts";
import "./arithmetic.ts";
import "./cached_attention.ts";
import "./causal_attention.ts";
import "./copy_cache_rows.ts";
import "./decoder_pass.ts";
import "./embedding.ts";
import "./empty.ts";
import "./few_rows_linear.ts";
import "./gather.ts";
import "./linear.ts";
import "./rms_norm.ts";
import "./rotary_embedding.ts";
import "./sample.ts";
import "./soft_cap.ts";
import "./squared_norms.ts";
import "./swi_glu.ts";
import "./token_log_probs.ts";
import "./write_cache.ts";
