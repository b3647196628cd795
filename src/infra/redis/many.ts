/** So many questions wait for an answer at a time: what is asked by others is not to wait behind all of them. */
const atATime = 4

export function* inPieces<T>(items: readonly T[], most: number): Generator<T[]> {
  for (let from = 0; from < items.length; from += most) yield items.slice(from, from + most)
}

/** Does all of it, some at a time. What fails ends it, when what was begun has ended. */
export async function together(works: readonly (() => Promise<void>)[]): Promise<void> {
  const left = works.values()
  const hand = async (): Promise<void> => {
    for (const work of left) await work()
  }
  const hands = await Promise.allSettled(Array.from({ length: Math.min(atATime, works.length) }, hand))
  for (const result of hands) if (result.status === 'rejected') throw result.reason
}
