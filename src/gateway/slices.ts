/** The items in their order, in slices that weigh no more than `most`, or have one item alone. */
export function slices<T>(items: Iterable<T>, most: number, weightOf: (item: T) => number = () => 1): T[][] {
  const all: T[][] = []
  let slice: T[] = []
  let weight = 0
  for (const item of items) {
    const more = weightOf(item)
    if (slice.length && weight + more > most) {
      all.push(slice)
      slice = []
      weight = 0
    }
    slice.push(item)
    weight += more
  }
  if (slice.length) all.push(slice)
  return all
}
