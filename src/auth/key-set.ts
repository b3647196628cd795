import { createLocalJWKSet, type CryptoKey, type JSONWebKeySet, type JWTHeaderParameters } from 'jose'
import { ChatError } from '../contract/errors.js'

/** After that they are asked for again, while those that are known still count. */
const freshMs = 600_000
/** After that those that are known count no more. */
const keptMs = 3_600_000
/** How often a key that nobody knows may be asked for, and one after a failure. */
const cooldownMs = 30_000
const retryMs = 5000

type Keys = ReturnType<typeof createLocalJWKSet>

/**
 * The keys of one JWKS. Who shows a key that is known waits for nobody. For any number of others it is asked once at a
 * time, and then not again for a while.
 */
export class KeySet {
  private keys: Keys | null = null
  private readAtMs = -Infinity
  private askedAtMs = -Infinity
  private failed = false
  private asking: Promise<void> | null = null

  /** `ask` answers the document, or rejects. */
  constructor(
    private readonly ask: () => Promise<string>,
    private readonly nowMs = (): number => Date.now(),
  ) {}

  /**
   * null if there is no such key. Throws `unavailable` if nobody could be asked, who could before: it will pass. Of a login
   * service that never answered nobody is told that there is one.
   */
  async find(header: JWTHeaderParameters): Promise<CryptoKey | null> {
    const known = await this.look(header)
    if (known) {
      if (this.nowMs() - this.readAtMs > freshMs) void this.refresh()
      return known
    }
    await this.refresh()
    const found = await this.look(header)
    if (found || !this.failed || !this.keys) return found
    throw new ChatError('unavailable', 'The keys of the login service cannot be read; try again.', {
      retryAfterMs: retryMs,
    })
  }

  /** The algorithm is that of the key, whatever the header says: another finds none. A key that is none is nobody's. */
  private async look(header: JWTHeaderParameters): Promise<CryptoKey | null> {
    if (!this.keys || this.nowMs() - this.readAtMs > keptMs) return null
    try {
      return await this.keys(header)
    } catch {
      return null
    }
  }

  private async refresh(): Promise<void> {
    if (!this.asking) {
      if (this.nowMs() - this.askedAtMs < (this.failed ? retryMs : cooldownMs)) return
      this.asking = this.read().finally(() => (this.asking = null))
    }
    await this.asking
  }

  private async read(): Promise<void> {
    try {
      this.keys = createLocalJWKSet(JSON.parse(await this.ask()) as JSONWebKeySet)
      this.readAtMs = this.nowMs()
      this.failed = false
    } catch {
      this.failed = true
    } finally {
      this.askedAtMs = this.nowMs()
    }
  }
}
