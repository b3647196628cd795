interface Line<T> {
  items: T[]
  /** How many of them are gone already. */
  gone: number
}

/** Where the gone ones of a line are let go of. */
const untidy = 256

/** What waits, by whose it is. Owners take turns, so that the many of one keep nobody else waiting; of one owner the first comes first. */
export class FairLine<T> {
  /** Whose turn is next comes first. No line is empty. */
  private readonly lines = new Map<string, Line<T>>()
  private count = 0

  get size(): number {
    return this.count
  }

  sizeOf(owner: string): number {
    const line = this.lines.get(owner)
    return line ? line.items.length - line.gone : 0
  }

  push(owner: string, item: T): void {
    const line = this.lines.get(owner)
    if (line) line.items.push(item)
    else this.lines.set(owner, { items: [item], gone: 0 })
    this.count++
  }

  /** The next one, of an owner who may go; undefined if there is none. */
  shift(may: (owner: string) => boolean = () => true): T | undefined {
    for (const [owner, line] of this.lines) {
      if (!may(owner)) continue
      this.lines.delete(owner)
      const item = this.takeFirst(line)
      if (line.gone < line.items.length) this.lines.set(owner, line)
      return item
    }
    return undefined
  }

  /** Takes away what is first of an owner's, as long as it is so. The owner's turn stays. */
  drop(owner: string, isSo: (item: T) => boolean): void {
    const line = this.lines.get(owner)
    if (!line) return
    while (line.gone < line.items.length && isSo(line.items[line.gone]!)) this.takeFirst(line)
    if (line.gone === line.items.length) this.lines.delete(owner)
  }

  private takeFirst(line: Line<T>): T {
    const item = line.items[line.gone++]!
    this.count--
    if (line.gone >= untidy && line.gone * 2 >= line.items.length) {
      line.items = line.items.slice(line.gone)
      line.gone = 0
    }
    return item
  }
}
