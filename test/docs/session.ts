/** The sessions of docs/PROTOCOL.md, and how to play one against a service. */
import { RawSocket } from '../support/raw.js'
import { Rest } from '../support/rest.js'
import { until } from '../support/until.js'

/** A block of lines as `ann -> frame`, with the heading under which it stands. */
export interface Session {
  heading: string
  lines: string[]
}

export function sessionsOf(page: string): Session[] {
  let heading = ''
  return page.split(/^(#+ .*|```session\n[\s\S]*?\n```)$/m).flatMap((part) => {
    if (part.startsWith('#')) heading = part.replace(/^#+ /, '')
    return part.startsWith('```session') ? [{ heading, lines: part.split('\n').slice(1, -1) }] : []
  })
}

/** What `$NAME` stands for. A name that nobody knows yet is learnt where a frame has it. */
export type Names = Map<string, string>

const namePattern = /\$[A-Z_]+/g

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)

export class Player {
  private readonly sockets = new Map<string, RawSocket>()
  /** Why somebody could not connect. */
  private readonly refusals = new Map<string, string>()
  private readonly heard = new Map<string, number>()

  constructor(
    private readonly url: string,
    private readonly names: Names,
  ) {}

  async play(line: string): Promise<void> {
    const [, who, verb, rest] = /^(\w+) (GET|POST|->|<-) (.*)$/.exec(line)!
    if (verb === 'GET') await this.open(who!, this.filled(rest!))
    else if (verb === 'POST') await this.post(who!, this.filled(rest!))
    else if (verb === '->') this.socket(who!).send(this.filled(rest!))
    else await this.expect(who!, rest!)
  }

  /** Nobody has heard anything beside what the lines say. */
  end(): void {
    for (const [who, socket] of this.sockets) {
      expect([who, socket.frames.slice(this.heard.get(who) ?? 0)]).toEqual([who, []])
      socket.ws.terminate()
    }
  }

  private async open(who: string, rest: string): Promise<void> {
    const [path, origin] = rest.split(' Origin: ')
    const options = origin ? { headers: { origin } } : {}
    this.sockets.get(who)?.ws.terminate()
    for (const known of [this.heard, this.refusals, this.sockets]) known.delete(who)
    try {
      this.sockets.set(who, await RawSocket.open(this.url, path, options))
    } catch (error) {
      this.refusals.set(who, (error as Error).message)
    }
  }

  private async post(who: string, rest: string): Promise<void> {
    const [path, ...body] = rest.split(' ')
    const clientKey =
      this.names.get('$API_TOKEN')! + (who === 'backend' ? '' : `.${this.names.get(`$${who.toUpperCase()}`)}`)
    const { status } = await new Rest(this.url, { clientKey }).post(path!, JSON.parse(body.join(' ') || '{}'))
    expect(`${status} ${rest}`).toMatch(/^20\d /)
  }

  private async expect(who: string, wanted: string): Promise<void> {
    const [, kind, code] = /^(HTTP|close) (\d+)/.exec(wanted) ?? []
    if (kind === 'HTTP') return expect(this.refusals.get(who)).toBe(`answered ${code}`)
    const socket = this.socket(who)
    if (kind === 'close') return expect(await socket.closed).toBe(Number(code))
    const index = this.heard.get(who) ?? 0
    this.heard.set(who, index + 1)
    await until(() => socket.frames.length > index, `${who} to hear ${wanted}`)
    this.learn(socket.frames[index]!, wanted)
  }

  /** `…` stands for anything. */
  private learn(frame: string, wanted: string): void {
    const unknown: string[] = []
    const pattern = escaped(wanted.replace(namePattern, (name) => this.names.get(name) ?? name))
      .replaceAll('…', '.*')
      .replace(/\\\$[A-Z_]+/g, (name) => {
        const known = unknown.includes(name)
        if (!known) unknown.push(name)
        return known ? String.raw`\${unknown.indexOf(name) + 1}` : '([^"]+)'
      })
    expect(frame).toMatch(new RegExp(`^${pattern}$`, 's'))
    const [, ...found] = new RegExp(`^${pattern}$`, 's').exec(frame)!
    unknown.forEach((name, at) => this.names.set(name.slice(1), found[at]!))
  }

  private filled(text: string): string {
    return text.replace(namePattern, (name) => this.names.get(name)!)
  }

  private socket(who: string): RawSocket {
    const socket = this.sockets.get(who)
    if (socket) return socket
    throw new Error(`${who} is not connected: ${this.refusals.get(who)}`)
  }
}
