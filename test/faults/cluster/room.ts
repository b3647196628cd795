/** A room of the load: its people, what they saw, and what is stored of it. */
import { check } from '../../checker/check.js'
import type { Picture } from '../../checker/log.js'
import { Recorder } from '../../checker/recorder.js'
import type { Violation } from '../../checker/violation.js'
import { rowsOf } from '../../support/database.js'
import { adminKey, Rest } from '../../support/rest.js'
import { ChatVoice } from './chat-voice.js'
import { Dice, seed } from './dice.js'
import { LiveVoice } from './live-voice.js'
import { roomsWords, roomWords, streamWords } from './plain-words.js'
import { PlainVoice } from './plain-voice.js'
import { RestVoice } from './rest-voice.js'
import type { Toll } from './toll.js'
import type { Place, Self, Voice } from './voice.js'

export type Wire = 'chat' | 'polling' | 'live' | 'rooms' | 'room' | 'stream' | 'rest'

const voiceOf: Record<Wire, (self: Self) => Voice> = {
  chat: (self) => new ChatVoice(self),
  polling: (self) => new ChatVoice(self, ['polling']),
  live: (self) => new LiveVoice(self),
  rooms: (self) => new PlainVoice(self, roomsWords),
  room: (self) => new PlainVoice(self, roomWords),
  stream: (self) => new PlainVoice(self, streamWords),
  rest: (self) => new RestVoice(self),
}

export interface Composition {
  kind: 'group' | 'livestream'
  wires: Wire[]
}

export interface Surroundings {
  backend: Rest
  toll: Toll
  url: () => string
  wayOf?: () => () => string
  databaseUrl: string
  dice: Dice
}

/** As its backend. */
export async function openTenant(url: string, name: string): Promise<Rest> {
  const operator = new Rest(url, { authorization: `Bearer ${adminKey}` })
  const { api_token } = await made(operator.post('/admin/tenant', { name }))
  return new Rest(url, { clientKey: api_token })
}

export async function made(answer: Promise<{ status: number; body: any }>): Promise<any> {
  const { status, body } = await answer
  if (status >= 300) throw new Error(`not made: ${status} ${JSON.stringify(body)}`)
  return body
}

export class FaultRoom {
  readonly recorder = new Recorder()
  readonly voices: Voice[] = []
  /** Reads all in the end. */
  reader: RestVoice

  private constructor(
    private readonly name: string,
    readonly place: Place,
    private readonly around: Surroundings,
  ) {}

  static async open(name: string, { kind, wires }: Composition, around: Surroundings): Promise<FaultRoom> {
    const owner = await person(around.backend, `Owner ${name}`)
    const room = new FaultRoom(name, await placeOf(kind, owner, around), around)
    room.reader = new RestVoice(room.self(`${name}.reader`, owner))
    for (const wire of wires) await room.add(wire)
    return room
  }

  /** One more who is to hear all, if they come before the first message. */
  async add(wire: Wire, url?: () => string): Promise<Voice> {
    const name = `${this.name}.${this.voices.length}`
    const { backend } = this.around
    const who = await person(backend, name)
    if (!this.place.streamId) await made(backend.post(`/room/${this.place.roomId}/member`, { user_ids: [who.userId] }))
    const voice = voiceOf[wire]({ ...this.self(name, who), ...(url && { url }) })
    this.voices.push(voice)
    return voice
  }

  /** The same person by another wire, or at another node. */
  addAnother(wire: Wire, { self }: Voice, url: () => string): Voice {
    const voice = voiceOf[wire]({ ...self, name: `${self.name} by ${wire} ${this.voices.length}`, url })
    this.voices.push(voice)
    return voice
  }

  /** What is wrong with what was seen of it until now. */
  async violations(everyRevLive: boolean): Promise<Violation[]> {
    return check(this.recorder.log, await this.history(), { everyRevLive })
  }

  self(name: string, { userId, token }: Pick<Self, 'userId' | 'token'>): Self {
    const { toll, wayOf } = this.around
    const url = wayOf?.() ?? this.around.url
    const dice = new Dice(`${seed} ${name}`)
    return { name, userId, token, place: this.place, url, recorder: this.recorder, toll, dice }
  }

  /** As it is stored, asked behind the service's back. */
  history(): Promise<Picture[]> {
    return rowsOf(
      this.around.databaseUrl,
      `SELECT message_id, seq::int, rev::int, user_id AS sender, client_message_id,
        CASE WHEN deleted_at IS NULL THEN content END AS text, deleted_at IS NOT NULL AS deleted
       FROM tb_messages WHERE room_id = $1 ORDER BY seq`,
      [this.place.roomId],
    )
  }
}

export async function person(backend: Rest, display_name: string): Promise<Pick<Self, 'userId' | 'token'>> {
  const { user_id } = await made(backend.post('/user', { display_name }))
  return { userId: user_id, token: (await made(backend.post(`/auth/${user_id}`))).token }
}

async function placeOf(
  kind: Composition['kind'],
  owner: { userId: string; token: string },
  { url, backend, dice }: Surroundings,
): Promise<Place> {
  if (kind === 'group') {
    const { room_id } = await made(backend.post('/room', { name: 'A room', created_by: owner.userId }))
    return { roomId: room_id, streamId: null }
  }
  const streamId = `stream_${dice.below(2 ** 31)}`
  const rest = new Rest(url(), { authorization: `Bearer ${owner.token}` })
  const { room_id } = await made(rest.post('/api/chat/thread', { stream_id: streamId }))
  return { roomId: room_id, streamId }
}
