/** The operator's, wherever a test starts the service. */
export const adminKey = 'an-operator-key-that-only-the-tests-have'

export interface Answer {
  status: number
  // Bodies are what the service says they are: tests look into them freely.
  body: any
  headers: Headers
}

export interface SendOptions {
  headers?: Record<string, string>
  /** Sent as it is, whatever it is. */
  raw?: string | Buffer
  /** How long the answer is waited for; as long as it takes, unless it is said. */
  timeoutMs?: number
}

/** A caller with its credentials, over real HTTP. */
export class Rest {
  constructor(
    readonly url: string,
    readonly headers: Record<string, string> = {},
  ) {}

  as(headers: Record<string, string>): Rest {
    return new Rest(this.url, headers)
  }

  get = (path: string, options?: SendOptions): Promise<Answer> => this.send('GET', path, undefined, options)
  post = (path: string, body?: unknown, options?: SendOptions): Promise<Answer> =>
    this.send('POST', path, body, options)
  put = (path: string, options?: SendOptions): Promise<Answer> => this.send('PUT', path, undefined, options)
  patch = (path: string, body?: unknown, options?: SendOptions): Promise<Answer> =>
    this.send('PATCH', path, body, options)
  delete = (path: string, options?: SendOptions): Promise<Answer> => this.send('DELETE', path, undefined, options)

  async send(
    method: string,
    path: string,
    body?: unknown,
    { headers, raw, timeoutMs }: SendOptions = {},
  ): Promise<Answer> {
    const json: Record<string, string> =
      body === undefined && raw === undefined ? {} : { 'content-type': 'application/json' }
    const response = await fetch(this.url + path, {
      method,
      headers: { ...this.headers, ...json, ...headers },
      ...(timeoutMs && { signal: AbortSignal.timeout(timeoutMs) }),
      body: (raw as string | undefined) ?? (body === undefined ? null : JSON.stringify(body)),
    })
    const text = await response.text()
    const isJson = response.headers.get('content-type')?.includes('json')
    return { status: response.status, body: isJson ? JSON.parse(text) : text, headers: response.headers }
  }
}
