import { asParleyError, ParleyError } from './errors.js'
import { later } from './later.js'

/** Asks your backend for a JWT of the user who is here. Called for the first connection and before each token ends. */
export type TokenProvider = () => string | Promise<string>

/** So long before its end a token is not shown any more: of a short life a fifth. */
const [marginMs, marginShare] = [5000, 0.2]
/** A provider that says nothing for so long is asked again. */
const patienceMs = 15_000

interface Claims {
  exp?: number
  iat?: number
  /** Of the service’s own tokens alone. */
  ep?: number
  sub?: string
}

/** The token of the moment. Of many who need a new one at the same time one asks for it. */
export class Tokens {
  private token: string | null = null
  private staleAtMs = 0
  private asking: Promise<string> | null = null

  constructor(
    private readonly provider: TokenProvider,
    /** Whose they are; null where nobody said so yet. */
    public userId: string | null = null,
  ) {}

  /** Throws what the provider throws, as `offline`, and it is asked again later: unless that is a `ParleyError` of its own. */
  current(): Promise<string> {
    return this.token !== null && Date.now() < this.staleAtMs ? Promise.resolve(this.token) : this.renew()
  }

  renew(): Promise<string> {
    this.asking ??= this.ask().finally(() => (this.asking = null))
    return this.asking
  }

  /** The service does not take it any more. */
  forget(token: string): void {
    if (token === this.token) this.token = null
  }

  private async ask(): Promise<string> {
    const given = await this.provided()
    if (typeof given !== 'string') throw new ParleyError('offline', 'The token provider gave no token.')
    // Many a backend ends its answer with a line break.
    const token = given.trim()
    const claims = claimsOf(token)
    this.expectSame(claims)
    this.staleAtMs = Date.now() + freshMs(claims)
    return (this.token = token)
  }

  /** What is open here, and what is not sent yet, is of one user. */
  private expectSame({ ep, sub }: Claims): void {
    if (ep === undefined || sub === undefined) return
    if ((this.userId ??= sub) === sub) return
    throw new ParleyError('aborted', 'This is a token of another user: make another client for them.')
  }

  private async provided(): Promise<unknown> {
    let timer: ReturnType<typeof setTimeout> | undefined
    const late = new Promise<never>((_, reject) => {
      const error = new ParleyError('offline', 'The token provider does not answer.')
      timer = later(() => reject(error), patienceMs)
    })
    try {
      return await Promise.race([this.provider(), late])
    } catch (error) {
      throw asParleyError(error)
    } finally {
      clearTimeout(timer)
    }
  }
}

/** By how long it lives, if it says so: a clock that is wrong here does no harm. A token without an end is fresh for ever. */
function freshMs({ exp, iat }: Claims): number {
  if (exp === undefined) return Infinity
  const livesMs = exp * 1000 - (iat === undefined ? Date.now() : iat * 1000)
  return livesMs - Math.min(marginMs, livesMs * marginShare)
}

function claimsOf(token: string): Claims {
  try {
    return JSON.parse(atob(token.split('.')[1]!.replace(/-/g, '+').replace(/_/g, '/'))) as Claims
  } catch {
    return {}
  }
}
