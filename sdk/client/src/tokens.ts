import { asParleyError, ParleyError } from './errors.js'

/** Asks your backend for a JWT of the user who is here. Called for the first connection and before each token ends. */
export type TokenProvider = () => string | Promise<string>

/** So long before its end a token is not shown any more. */
const marginMs = 5000

/** The token of the moment. Of many who need a new one at the same time one asks for it. */
export class Tokens {
  private token: string | null = null
  private last = ''
  private asking: Promise<string> | null = null

  constructor(private readonly provider: TokenProvider) {}

  /** Throws what the provider throws, as `offline`: it is asked again later. */
  current(): Promise<string> {
    return this.token !== null && endsInMs(this.token) > marginMs ? Promise.resolve(this.token) : this.renew()
  }

  renew(): Promise<string> {
    this.asking ??= this.ask().finally(() => (this.asking = null))
    return this.asking
  }

  /** Whose the last token was. Throws before there was one. */
  get userId(): string {
    const { sub } = claimsOf(this.last)
    if (sub === undefined) throw new ParleyError('aborted', 'The token names nobody: say `userId`.')
    return sub
  }

  /** The service does not take it any more. */
  forget(token: string | null = this.token): void {
    if (token === this.token) this.token = null
  }

  private async ask(): Promise<string> {
    try {
      this.token = await this.provider()
    } catch (error) {
      throw asParleyError(error)
    }
    if (typeof this.token !== 'string') throw new ParleyError('offline', 'The token provider gave no token.')
    return (this.last = this.token)
  }
}

/** By the token's own `exp`; a token that says none ends never. A wrong clock here makes a token be asked for sooner, no more. */
function endsInMs(token: string): number {
  const { exp } = claimsOf(token)
  return exp === undefined ? Infinity : exp * 1000 - Date.now()
}

function claimsOf(token: string): { exp?: number; sub?: string } {
  try {
    return JSON.parse(atob(token.split('.')[1]!.replace(/-/g, '+').replace(/_/g, '/'))) as object
  } catch {
    return {}
  }
}
