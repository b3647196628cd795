/** As many as one statement takes. */
export const atOnce = 1000

export function* pieces<T>(items: readonly T[], most = atOnce): Generator<T[]> {
  for (let from = 0; from < items.length; from += most) yield items.slice(from, from + most)
}
