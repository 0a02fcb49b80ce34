/**
 * Which of the two sources to follow where the paper and the released code disagree.
 *
 * `"paper"` is arXiv 2502.18439v2, `"official"` is
 * https://github.com/chanwoo-park-official/MAPoRL/tree/c204c2c5. Every symbol that takes one says what
 * differs; `FILE.py:LINES` in a comment means that commit.
 */
export type Compat = "paper" | "official";
