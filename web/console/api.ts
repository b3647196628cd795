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

/** One request. Throws `Problem`. */
export async function ask(
  method: string,
  path: string,
  { csrf, body, signal }: { csrf?: string; body?: object; signal?: AbortSignal } = {},
): Promise<Response> {
  const headers = { ...(csrf && { 'x-csrf-token': csrf }), ...(body && { 'content-type': 'application/json' }) }
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
  constructor(
    private readonly csrf: string,
    private readonly onEnded: (problem: Problem) => void,
  ) {}

  get = <T>(path: string, query: Query = {}, signal?: AbortSignal): Promise<T> =>
    this.json('GET', withQuery(path, query), undefined, signal)
  post = <T>(path: string, body: object = {}): Promise<T> => this.json('POST', path, body)
  put = <T>(path: string): Promise<T> => this.json('PUT', path)
  patch = <T>(path: string, body: object): Promise<T> => this.json('PATCH', path, body)
  delete = (path: string, query: Query = {}): Promise<void> => this.json('DELETE', withQuery(path, query))
  blob = async (path: string): Promise<Blob> => (await this.ask('GET', path)).blob()

  private async json<T>(method: string, path: string, body?: object, signal?: AbortSignal): Promise<T> {
    const answer = await this.ask(method, path, body, signal)
    return (answer.status === 204 ? undefined : await answer.json()) as T
  }

  private async ask(method: string, path: string, body?: object, signal?: AbortSignal): Promise<Response> {
    try {
      return await ask(method, path, { csrf: this.csrf, ...(body && { body }), ...(signal && { signal }) })
    } catch (error) {
      if (error instanceof Problem && error.status === 401) this.onEnded(error)
      throw error
    }
  }
}
