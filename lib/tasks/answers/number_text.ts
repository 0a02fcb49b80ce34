/**
 * One way of writing for the many in which people and LaTeX write numbers.
 *
 * @module
 */

/** Stands where a text says something that is no rational number, such as π or a root: no character of texts. */
export const NOT_A_NUMBER = "\uffff";

/** Powers of units keep their place as `^{…}`, or Unicode's compatibility forms would make 10⁴ 104. */
const SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹";
const SPACES = /\\(?:[,;: ]|q?quad\b)|[~\s]+/g;
/** Commands around words and numbers that only say how they look. */
const STYLES =
  /\\(?:text[a-z]{0,6}|math[a-z]{2,6}|mbox|hbox|operatorname|underline|boldsymbol|emph)\s?\{([^{}]*)\}/g;

/** Before compatibility forms become plain ones; all lists are in the order in which they must happen. */
const REWRITES: readonly (readonly [pattern: RegExp, text: string])[] = [
  [/\uffff/g, " "],
  [/⁻(?=[⁰¹²³⁴-⁹])/g, "^-"],
  // A fraction of one character after a digit is a mixed number: 1½ is 1 1/2, not 11/2.
  [/(?<=\p{Nd})(?=[¼-¾⅐-⅞↉])/gu, " "],
  // Thin and protected spaces before three digits part groups; grouping is checked where it is read.
  [/(?<=\p{Nd})(?:[\u00a0\u2009\u202f]|\\[, ])(?=\p{Nd}{3})/gu, ","],
];
const LATEX: readonly (readonly [pattern: RegExp, text: string])[] = [
  [/[\u2010-\u2013\u2212\ufe63]/g, "-"],
  [/[\u2044\u2215]/g, "/"],
  [/\u066b/g, "."],
  [/\u066c/g, ","],
  [/\u2019/g, "'"],
  [/\\!|\\(?:left|right|displaystyle)(?![a-zA-Z])/g, ""],
  [/\\[lr]vert(?![a-zA-Z])/g, "|"],
  [/\{([.,])\}/g, "$1"],
  [SPACES, " "],
  [STYLES, " $1 "],
  [STYLES, " $1 "],
  // Degrees and ordinals are no powers; powers of units and subscripts of names are no numbers.
  [/\^ ?\{? ?(?:\\circ|°|st\b|nd\b|rd\b|th\b) ?\}?/g, " "],
  [/(?<=[A-Za-z] ?)\^ ?(?:\{[^{}]*\}|-?\w)/g, ""],
  [/(?<=[A-Za-z])_(?:\{[^{}]*\}|\w)/g, ""],
  [/\\(?:times|cdot)(?![a-zA-Z])|[×·⋅∗]/g, "*"],
  [/(?<=\d) ?[xX] ?(?=\d)/g, "*"],
  [/\\[dt]?frac ?(\d) ?(\d)/g, "\\frac{$1}{$2}"],
  [/(?<=[\w)}])(?=\\[dt]?frac)/g, " "],
];
const SIGNS: readonly (readonly [pattern: RegExp, text: string])[] = [
  // A currency may stand between a sign and its number; elsewhere it parts what it stands between.
  [/-( ?)\\?[$£€¥₹]/g, "-$1"],
  [/\\(?:pounds|euro|textdollar)(?![a-zA-Z])|\\?[$£€¥₹¢%‰#]/g, " "],
  [
    /\\(?:sqrt|pi|log|ln|lg|exp|(?:arc)?(?:sin|cos|tan)h?|infty|pm|mp|d?binom|overline|dot|bar|[lr]?floor|[lr]?ceil)(?![a-zA-Z])|[√∛∜π∞±⌊⌈]/g,
    NOT_A_NUMBER,
  ],
  [/ +/g, " "],
];

/**
 * Rewrites a text so that its numbers have ASCII digits, `-`, `.`, `,` between groups, `/` of fractions,
 * `*` and `^` of powers, and single spaces, whatever the text wrote.
 *
 * @param text Any text.
 * @returns The text; {@link NOT_A_NUMBER} stands for roots, π and other numbers that are not rational.
 */
export function numberText(text: string): string {
  for (const [pattern, by] of REWRITES) text = text.replaceAll(pattern, by);
  text = text.replaceAll(/\^?-?[⁰¹²³⁴-⁹]+/g, superscript).normalize("NFKC");
  text = text.replaceAll(/(?![0-9])\p{Nd}/gu, asciiDigit);
  for (const [pattern, by] of LATEX) text = text.replaceAll(pattern, by);
  text = text.replaceAll(/\\[dt]?frac ?\{([^{}]*)\} ?\{([^{}]*)\}/g, fraction);
  for (const [pattern, by] of SIGNS) text = text.replaceAll(pattern, by);
  return text;
}

/** `3/4` of numbers; a fraction of units stays words; of anything else it is no number. */
function fraction(_: string, above: string, below: string): string {
  const parts = /^ ?(-?) ?([\d.,]+) ?$/.exec(above);
  const under = /^ ?([\d.,]+) ?$/.exec(below);
  if (parts && under) return `${parts[1]}${parts[2]}/${under[1]} `;
  return /\d/.test(above + below) ? NOT_A_NUMBER : ` ${above} / ${below} `;
}

function superscript(run: string): string {
  const minus = run.startsWith("^-") ? "-" : "";
  const digits = Array.from(run).filter((char) => SUPERSCRIPTS.includes(char));
  const before = minus ? "" : run.slice(0, run.length - digits.length);
  return `${before}^{${minus}${digits.map((char) => SUPERSCRIPTS.indexOf(char)).join("")}}`;
}

/** Unicode's decimal digits come in runs of ten, from zero to nine. */
function asciiDigit(char: string): string {
  const code = char.codePointAt(0)!;
  let start = code;
  while (/\p{Nd}/u.test(String.fromCodePoint(start - 1))) start--;
  return String((code - start) % 10);
}
