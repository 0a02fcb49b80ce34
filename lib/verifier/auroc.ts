/**
 * Area under the ROC curve: the chance that a right answer scores above a wrong one, ties counting
 * half (the Mann-Whitney statistic).
 *
 * @param scores Shape [N], any finite numbers; only their order matters.
 * @param labels Shape [N], true = right.
 * @returns A number in [0, 1], 0.5 for scores that tell nothing; null if one of the classes is empty.
 * @throws {RangeError} If the lengths differ.
 */
export function auroc(scores: ArrayLike<number>, labels: readonly boolean[]): number | null {
  if (labels.length !== scores.length) {
    throw new RangeError(
      `Cannot compare ${scores.length} scores as there must be one label each: there are ${labels.length}`,
    );
  }
  const order = Array.from(labels, (_, i) => i).sort((i, j) => scores[i]! - scores[j]!);
  let numRight = 0;
  let wins = 0; // pairs that a right answer wins; a tie is half a win
  let wrongBelow = 0;
  for (let from = 0; from < order.length;) {
    let to = from;
    let right = 0;
    let wrong = 0;
    while (to < order.length && scores[order[to]!] === scores[order[from]!]) {
      if (labels[order[to++]!]) right++;
      else wrong++;
    }
    wins += right * (wrongBelow + wrong / 2);
    numRight += right;
    wrongBelow += wrong;
    from = to;
  }
  const numPairs = numRight * wrongBelow;
  return numPairs === 0 ? null : wins / numPairs;
}
