/** Socket.IO, the livestream app: it is told what was said last, and what comes then, and resumes nothing. */
import { io, type Socket } from 'socket.io-client'
import type { Glimpse } from '../../checker/log.js'
import { checkAcknowledgement, checkEvent } from '../../support/frames.js'
import { refusal } from './chat-voice.js'
import { patienceMs, pause, unanswered, type Outcome, type Self, type Voice } from './voice.js'

export class LiveVoice implements Voice {
  readonly wire = 'live'
  private socket: Socket | null = null
  private stopped = false

  constructor(readonly self: Self) {}

  get isLive(): boolean {
    return this.socket !== null
  }

  async listen(): Promise<void> {
    while (!this.stopped && !(this.socket = await this.open())) await pause(this.self)
  }

  cut(): void {
    this.socket?.disconnect()
  }

  async stop(): Promise<void> {
    this.stopped = true
    this.socket?.disconnect()
  }

  async attempt(client_message_id: string): Promise<Outcome> {
    const answered = this.self.recorder.send(this.self.userId, client_message_id, client_message_id)
    const input = { streamId: this.self.place.streamId, message: client_message_id, client_message_id }
    const reply = this.socket && (await ask(this.socket, 'chat_message', input))
    if (!reply) return unanswered
    if (!reply.ok) return refusal(reply.error, answered)
    const { message, duplicate } = reply
    answered({ is: 'acknowledged', message_id: message.message_id, seq: message.seq, duplicate })
    return { is: 'acknowledged', messageId: message.message_id }
  }

  /** When it is in the room; null if it could not come in. */
  private async open(): Promise<Socket | null> {
    const { url, token, place, recorder, name } = this.self
    const options = { transports: ['websocket'], reconnection: false, forceNew: true, timeout: patienceMs }
    const socket = io(url(), { ...options, auth: { token } })
    socket.on('disconnect', (reason) => this.replace(socket, reason))
    const glimpse = recorder.glimpse(name)
    hearAll(socket, glimpse)
    socket.on('disconnect', () => (glimpse.open = false))
    const isOpen = await new Promise((resolve) => {
      socket.once('connect', () => resolve(true)).once('connect_error', () => resolve(false))
      socket.io.once('close', () => resolve(false))
    })
    const reply = isOpen && (await ask(socket, 'join_stream_room', { streamId: place.streamId }))
    if (reply?.ok && socket.connected) return socket
    glimpse.open = false
    socket.disconnect()
    return null
  }

  private replace(socket: Socket, reason: string): void {
    if (this.socket !== socket) return
    this.socket = null
    if (this.stopped) return
    this.self.toll.lost(this.wire, reason)
    void this.listen()
  }
}

function hearAll(socket: Socket, { messages }: Glimpse): void {
  const hear = ({ userId, message }: any): unknown => messages.push({ sender: userId, text: message })
  socket.onAny(checkEvent)
  socket.on('recent_chat_history', ({ messages }) => messages.forEach(hear))
  socket.on('new_message', hear)
}

async function ask(socket: Socket, event: string, input: object): Promise<any> {
  const reply: unknown = await socket
    .timeout(patienceMs)
    .emitWithAck(event, input)
    .catch(() => null)
  if (reply) checkAcknowledgement(event, reply)
  return reply
}
