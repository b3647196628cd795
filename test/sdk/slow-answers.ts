/** A slow way for answers of REST: those to addresses with `path` in them are made, and come only when they are let go. */
export class SlowAnswers {
  private readonly real = globalThis.fetch
  private readonly held: (() => void)[] = []

  constructor(path: string) {
    globalThis.fetch = async (address, init) => {
      const answer = await this.real(address, init)
      if ((address as string).includes(path)) await new Promise<void>((resolve) => this.held.push(resolve))
      return answer
    }
  }

  /** How many are on their way. */
  get count(): number {
    return this.held.length
  }

  /** From now on the way is as it was. */
  letGo(): void {
    globalThis.fetch = this.real
    for (const go of this.held.splice(0)) go()
  }
}
