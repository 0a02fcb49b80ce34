/**
 * Which of the two sources to follow where the paper and the released code disagree.
 *
 * `"paper"` is arXiv 2502.18439v2, `"official"` is commit c204c2c5 of
 * chanwoo-park-official/MAPoRL. Every symbol that takes one says what differs.
 */
export type Compat = "paper" | "official";
