/** As many as one statement takes. */
export const atOnce = 1000

export function* pieces<T>(items: readonly T[]): Generator<T[]> {
  for (let from = 0; from < items.length; from += atOnce) yield items.slice(from, from + atOnce)
}
