/** Longer each time, and never two clients at the same moment. */
export class Backoff {
  private tries = 0

  constructor(
    private readonly firstMs = 500,
    private readonly mostMs = 20_000,
  ) {}

  /**
   * How long to wait now, in milliseconds: between half and all of what it would be without chance, and no less than the
   * service said.
   */
  next(atLeastMs: number | null = 0): number {
    const ms = Math.min(this.firstMs * 2 ** this.tries, this.mostMs)
    this.tries = Math.min(this.tries + 1, 30)
    return Math.max(ms * (0.5 + Math.random() / 2), atLeastMs ?? 0)
  }

  reset(): void {
    this.tries = 0
  }
}
