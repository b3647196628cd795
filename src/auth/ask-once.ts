/**
 * Asks about what the items name, once for all that name the same; those that name nothing are not in the answer. Of
 * nothing nobody is asked.
 */
export async function askOnce<Item, Name extends object, Answer>(
  items: readonly Item[],
  nameOf: (item: Item) => Name | null,
  ask: (names: Name[]) => Promise<Answer[]>,
): Promise<Map<Item, Answer>> {
  const places = new Map<string, number>()
  const names: Name[] = []
  const placeOf = new Map<Item, number>()
  for (const item of items) {
    const name = nameOf(item)
    if (!name) continue
    const key = Object.values(name).join()
    const place = places.get(key) ?? names.push(name) - 1
    places.set(key, place)
    placeOf.set(item, place)
  }
  const answers = names.length ? await ask(names) : []
  return new Map([...placeOf].map(([item, place]) => [item, answers[place]!]))
}
