import { setTimeout } from 'node:timers/promises'
import { io, type Socket } from 'socket.io-client'
import type { Heard } from '../checker/log.js'
import { toPicture } from '../checker/recorder.js'
import { checkAcknowledgement, checkEvent } from './frames.js'

export interface Person {
  /** Where the service is now: it may come back somewhere else. */
  url: () => string
  token: string
  userId: string
  roomId: string
}

export interface Habits {
  /** How long it waits for an answer. */
  patienceMs?: number
  transports?: string[]
  /** How long it waits before it tries again to come in. */
  pause?: () => Promise<void>
  /** Who is told why a connection ended, or was not made. */
  lost?: (reason: string) => void
}

const usual: Required<Habits> = {
  patienceMs: 10_000,
  transports: ['websocket'],
  pause: () => setTimeout(20),
  lost: () => undefined,
}

/** Listens to one room: when its connection ends by itself, it comes back by itself and resumes where it was. */
export class ResumingSocket {
  /** Up to here it has heard all. */
  private seq = 0
  private rev = 0
  /** What was told beyond a gap before the acknowledgement, which says whether there may be one. null once that has come. */
  private beyond: Heard[] | null = null
  private connections = 0
  private connection: Promise<Socket> | null = null
  /** The one that has joined. */
  private live: Socket | null = null
  private readonly habits: Required<Habits>
  stopped = false

  constructor(
    private readonly person: Person,
    private readonly heard: Heard[],
    habits: Habits,
  ) {
    this.habits = { ...usual, ...habits }
  }

  get isLive(): boolean {
    return this.live?.connected ?? false
  }

  /** Up to which message it has heard all. */
  get position(): number {
    return this.seq
  }

  /** As soon as it can. */
  async listen(): Promise<void> {
    while (!this.stopped && !(await this.connected().catch(() => null))) await this.habits.pause()
  }

  /** The reply; null if there was none. Throws if it may not come in. */
  async ask(event: string, input: object): Promise<any> {
    try {
      const socket = await this.connected()
      const asked = { room_id: this.person.roomId, ...input }
      const reply: unknown = await socket.timeout(this.habits.patienceMs).emitWithAck(event, asked)
      checkAcknowledgement(event, reply)
      return reply
    } catch (error) {
      if (error instanceof Refused) throw error
      await setTimeout(20)
      return null
    }
  }

  async stop(): Promise<void> {
    this.stopped = true
    const socket = await this.connection?.catch(() => null)
    socket?.disconnect()
  }

  private connected(): Promise<Socket> {
    this.connection ??= this.connect().catch((error: unknown) => {
      this.connection = null
      throw error
    })
    return this.connection
  }

  private async connect(): Promise<Socket> {
    const { url, token } = this.person
    const { transports, patienceMs: timeout } = this.habits
    const options = { transports, reconnection: false, forceNew: true, timeout }
    const socket = io(url(), { ...options, auth: { token } })
    this.hearAll(socket)
    socket.on('disconnect', (reason) => this.replace(socket, reason))
    try {
      await opened(socket)
      await this.join(socket)
    } catch (error) {
      socket.disconnect()
      throw error
    }
    return (this.live = socket)
  }

  private hearAll(socket: Socket): void {
    socket.onAny(checkEvent)
    socket.on('new_message', (message) => this.hear({ event: 'new_message', message: toPicture(message) }))
    socket.on('message_updated', ({ message }) => this.hear({ event: 'message_updated', message: toPicture(message) }))
    socket.on('message_deleted', ({ message_id, seq, rev }) => {
      this.hear({ event: 'message_deleted', message_id, seq, rev })
    })
    for (const name of ['reaction_added', 'reaction_removed']) {
      socket.on(name, ({ message_id, seq, rev }) => this.hear({ event: 'reaction', message_id, seq, rev }))
    }
  }

  /** Nothing is left out, and nothing put in order. */
  private hear(event: Heard): void {
    if (this.beyond?.length || (this.beyond && this.isBeyond(event))) return void this.beyond.push(event)
    this.heard.push(event)
    if (event.event === 'new_message') this.seq = event.message.seq
    if (event.event === 'message_updated') this.rev = event.message.rev
    if (event.event === 'message_deleted' || event.event === 'reaction') this.rev = event.rev
    if (event.event === 'joined') this.rev = Math.max(this.rev, event.last_rev)
  }

  private isBeyond(event: Heard): boolean {
    return event.event === 'new_message' && event.message.seq > this.seq + 1
  }

  /** What is live while the rest is still to be read is not heard: who comes back for it is told it again. */
  private acknowledged(socket: Socket, { last_rev, complete }: { last_rev: number; complete: boolean }): void {
    const beyond = this.beyond ?? []
    this.beyond = null
    if (!complete) return void socket.disconnect()
    for (const event of beyond) this.hear(event)
    // Noted here, before whatever comes next: that is live.
    this.hear({ event: 'joined', last_rev })
  }

  private async join(socket: Socket): Promise<void> {
    this.beyond = null
    this.hear({ event: 'joining', connection: ++this.connections })
    this.beyond = []
    const reply = await new Promise<any>((resolve, reject) => {
      const input = { room_id: this.person.roomId, after_seq: this.seq, after_rev: this.rev }
      socket.timeout(this.habits.patienceMs).emit('join_room', input, (error: Error | null, reply: any) => {
        if (reply?.ok) this.acknowledged(socket, reply)
        if (error) reject(error)
        else resolve(reply)
      })
    })
    if (!reply.ok && !reply.error.retryable) throw new Refused(reply.error)
    if (!reply.complete) throw new Error('not all was told: come back for the rest')
  }

  /** The connection breaks, and it comes back. */
  cut(): void {
    this.live?.disconnect()
  }

  private replace(socket: Socket, reason: string): void {
    if (this.live !== socket) return
    if (!this.stopped) this.habits.lost(reason)
    this.connection = this.live = null
    void this.listen()
  }
}

/** For good: a retry cannot help. */
export class Refused extends Error {
  constructor(readonly problem: object) {
    super(JSON.stringify(problem))
  }
}

/** Rejects when it is refused. */
const opened = (socket: Socket): Promise<void> =>
  new Promise((resolve, reject) => {
    socket.once('connect', resolve)
    // A connection that ends between its opening and its welcome is no error to socket.io-client.
    socket.io.once('close', (reason) => reject(new Error(reason)))
    socket.once('connect_error', (error: Error & { data?: { retryable: boolean } }) => {
      reject(error.data && !error.data.retryable ? new Refused(error.data) : error)
    })
  })
