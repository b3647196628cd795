import { ParleyError } from './errors.js'
import { written } from './written.js'
import type { Problem } from './types.js'

export interface RestSettings {
  /** Where the service is, as `https://chat.example.com`. */
  url: string
  /** The headers by which the service knows who asks; `refused` when it did not take the last ones. */
  credentials: (refused: boolean) => Promise<Record<string, string>> | Record<string, string>
  fetch?: typeof fetch
}

const answerMs = 15_000

/** The REST half: JSON to and fro, and every failure as a `ParleyError`. */
export class Rest {
  constructor(private readonly settings: RestSettings) {}

  get = <T>(path: string, query: Query = {}): Promise<T> => this.ask('GET', path + textOf(query))
  post = <T>(path: string, body: object = {}): Promise<T> => this.ask('POST', path, body)
  put = <T>(path: string): Promise<T> => this.ask('PUT', path)
  patch = <T>(path: string, body: object): Promise<T> => this.ask('PATCH', path, body)
  delete = <T>(path: string): Promise<T> => this.ask('DELETE', path)

  private async ask<T>(method: string, path: string, body?: object, refused = false): Promise<T> {
    const answer = await this.fetch(method, path, body, refused)
    if (answer.ok) return (answer.status === 204 ? undefined : await bodyOf(answer)) as T
    const error = await errorOf(answer)
    if (!refused && error.code === 'token_expired') return this.ask(method, path, body, true)
    throw error
  }

  private async fetch(method: string, path: string, body: object | undefined, refused: boolean): Promise<Response> {
    const { url, credentials, fetch: how = fetch } = this.settings
    const headers = { ...(await credentials(refused)), ...(body && { 'content-type': 'application/json' }) }
    const content = body && { body: written(body) }
    const signal = AbortSignal.timeout(answerMs)
    try {
      return await how(url.replace(/\/$/, '') + path, { method, headers, signal, ...content })
    } catch (error) {
      const isLate = error instanceof Error && error.name === 'TimeoutError'
      throw new ParleyError(isLate ? 'timeout' : 'offline', isLate ? 'No answer came in time.' : unreached(url))
    }
  }
}

/** A browser does not tell a page why. */
function unreached(url: string): string {
  const isElsewhere = typeof location !== 'undefined' && new URL(url, location.href).origin !== location.origin
  const guess = isElsewhere ? `, or the tenant’s allowed_origins do not name ${location.origin}` : ''
  return `The service cannot be reached${guess}.`
}

export type Query = Record<string, string | number | boolean | undefined>

function textOf(query: Query): string {
  const told = Object.entries(query).filter(([, value]) => value !== undefined)
  return told.length ? `?${new URLSearchParams(told.map(([name, value]) => [name, String(value)]))}` : ''
}

/** It may end in the middle. */
const bodyOf = (answer: Response): Promise<unknown> =>
  answer.json().catch(() => {
    throw new ParleyError('timeout', 'The answer cannot be read.')
  })

/** What stands before the service may answer in other words than its own. */
async function errorOf(answer: Response): Promise<ParleyError> {
  const problem = (await answer.json().catch(() => null)) as Problem | null
  if (problem?.code) return ParleyError.of(problem)
  return new ParleyError('offline', `The answer was ${answer.status}, and not of the service.`)
}
