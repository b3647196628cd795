/** Median and spread of a few numbers. */
export function spread(values) {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  const median = sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
  return { median, min: sorted[0], max: sorted.at(-1) }
}

/**
 * One to the other, round by round, and the spread of that: what drifts with the machine over a run meets both of a
 * round alike.
 */
export function pairedRatio(ours, theirs) {
  return spread(ours.map((value, round) => value / theirs[round]))
}

export function percentiles(values, ...wanted) {
  const sorted = [...values].sort((a, b) => a - b)
  return wanted.map((percent) => sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * percent) / 100))])
}
