/** The ordinary REST routes, by the cookie of the session and its CSRF token. */
import type { Problem as ProblemBody } from '@parley/client'

export type Query = Record<string, string | number | boolean | null | undefined>

/** A failure: its message is the service's sentence for people. */
export class Problem extends Error {
  override readonly name = 'Problem'

  constructor(
    message: string,
    readonly code: string,
    readonly status: number,
    readonly body: Partial<ProblemBody> = {},
  ) {
    super(message)
  }

  /** May it have been done all the same? */
  get isOpen(): boolean {
    return this.status === 0 || this.status >= 500 || this.code === 'idempotency_key_in_use'
  }

  /** What is wrong with one field of what was sent. */
  of(field: string): string | undefined {
    return this.body.errors?.find((error) => error.field === field)?.message
  }
}

const unreachable = (): Problem =>
  new Problem('The service cannot be reached. Look at your connection, and try again.', 'offline', 0)

async function problemOf(answer: Response): Promise<Problem> {
  const body = (await answer.json().catch(() => ({}))) as Partial<ProblemBody>
  if (body.code && body.detail) return new Problem(body.detail, body.code, answer.status, body)
  return new Problem(`The service answered ${answer.status}, without saying why.`, 'unknown', answer.status)
}

export const asProblem = (error: unknown): Problem =>
  error instanceof Problem ? error : new Problem(String(error), 'page_error', 0)

/** A service that hangs answers nothing: who looks at a page of it is told, and not shown for ever how it was. */
const patienceMs = 15_000

async function soon<T>(given: AbortSignal | undefined, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const signal = AbortSignal.any([AbortSignal.timeout(patienceMs), ...(given ? [given] : [])])
  try {
    return await work(signal)
  } catch (error) {
    throw signal.aborted ? unreachable() : error
  }
}

interface Asked {
  csrf?: string
  body?: object
  signal?: AbortSignal
  /** Names the request: asked again by this name, it is done once. */
  once?: string
}

/** One request. Throws `Problem`. */
export async function ask(method: string, path: string, { csrf, body, signal, once }: Asked = {}): Promise<Response> {
  const headers = {
    ...(csrf && { 'x-csrf-token': csrf }),
    ...(once && { 'idempotency-key': once }),
    ...(body && { 'content-type': 'application/json' }),
  }
  const options = { method, headers, ...(body && { body: JSON.stringify(body) }), ...(signal && { signal }) }
  const answer = await fetch(path, { ...options, credentials: 'same-origin', cache: 'no-store' }).catch((error) => {
    throw signal?.aborted ? error : unreachable()
  })
  if (!answer.ok) throw await problemOf(answer)
  return answer
}

export function withQuery(path: string, query: Query): string {
  const said = Object.entries(query).filter(([, value]) => value !== undefined && value !== null && value !== '')
  return said.length ? `${path}?${new URLSearchParams(said.map(([name, value]) => [name, String(value)]))}` : path
}

/** What pages ask by. `onEnded` hears of the first answer that knows the session no more. */
export class Api {
  /** By what was asked: the names of requests that got no answer, so nobody knows whether they were done. */
  private readonly unanswered = new Map<string, string>()

  constructor(
    private readonly csrf: string,
    private readonly onEnded: (problem: Problem) => void,
  ) {}

  get = <T>(path: string, query: Query = {}, signal?: AbortSignal): Promise<T> =>
    soon(signal, (signal) => this.json('GET', withQuery(path, query), { signal }))
  post = <T>(path: string, body: object = {}): Promise<T> => this.once(path, body)
  put = <T>(path: string): Promise<T> => this.json('PUT', path)
  patch = <T>(path: string, body: object): Promise<T> => this.json('PATCH', path, { body })
  delete = (path: string, query: Query = {}): Promise<void> => this.json('DELETE', withQuery(path, query))
  blob = async (path: string): Promise<Blob> => (await this.ask('GET', path)).blob()

  /** Who presses again after no answer came gets what the first press made, and not a second one of it. */
  private async once<T>(path: string, body: object): Promise<T> {
    const what = JSON.stringify([path, body])
    const name = this.unanswered.get(what) ?? newName()
    this.unanswered.delete(what)
    try {
      return await this.json('POST', path, { body, once: name })
    } catch (error) {
      if (error instanceof Problem && error.isOpen) this.unanswered.set(what, name)
      throw error
    }
  }

  private async json<T>(method: string, path: string, asked: Asked = {}): Promise<T> {
    const answer = await this.ask(method, path, asked)
    return (answer.status === 204 ? undefined : await answer.json()) as T
  }

  private async ask(method: string, path: string, asked: Asked = {}): Promise<Response> {
    try {
      return await ask(method, path, { ...asked, csrf: this.csrf })
    } catch (error) {
      if (error instanceof Problem && error.status === 401) this.onEnded(error)
      throw error
    }
  }
}

/** Where a page came by http alone, browsers have no `randomUUID`. */
const newName = (): string => [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16)).join('-')
