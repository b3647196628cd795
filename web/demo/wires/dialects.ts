/** The five wires: where each is, and how what it carries is written and read. What they take stands in `frames.ts`. */
import type { WireName } from './documented.js'

/** How one says who one is. `cookie` is a plain WebSocket's, `nothing` a guest's. */
export type Credential = 'token' | 'cookie' | 'nothing'

/** Whom and what an address names. */
export interface Place {
  room: string
  stream: string
  userId: string
  tenantId: string
  token: string
  credential: Credential
  /** Where the wire goes on from; empty: from its newest. */
  afterSeq: string
}

/** A frame with its name, if its wire names frames. */
export interface Named {
  name: string
  body: unknown
}

export interface Dialect {
  wire: WireName
  seed: string
  /** Of its tab. */
  label: string
  about: string
  transport: 'Socket.IO' | 'WebSocket'
  /** What must be known before one connects, or to talk. */
  place: 'room' | 'stream'
  credentials: readonly Credential[]
  resumes: boolean
  /** Without scheme and host. The token is `$token`. */
  address(place: Place): string
  /** Of plain WebSockets: what goes over the wire. */
  write(frame: Named): string
  read(frame: any): Named
}

const socketIo = {
  transport: 'Socket.IO',
  credentials: ['token', 'nothing'],
  resumes: false,
  address: () => '/socket.io/',
  write: ({ name, body }: Named) => JSON.stringify([name, body]),
  read: ([name, body]: [string, unknown]) => ({ name, body }),
} as const

const query = ({ credential, afterSeq }: Place): string => {
  const fields = [credential === 'token' && 'token=$token', afterSeq !== '' && `after_seq=${afterSeq}`].filter(Boolean)
  return fields.length ? `?${fields.join('&')}` : ''
}

/** Nobody's token names the tenant of a guest. */
const ofTenant = ({ credential, tenantId }: Place): string => (credential === 'nothing' ? `/t/${tenantId}` : '')

const plain = { transport: 'WebSocket', credentials: ['token', 'cookie'] } as const

const of = encodeURIComponent

export const dialects: readonly Dialect[] = [
  {
    ...socketIo,
    wire: 'chat',
    seed: '004',
    label: 'Chat service',
    about: 'Everything that Parley does, event by event, each acknowledged. New clients take this one.',
    place: 'room',
  },
  {
    ...socketIo,
    wire: 'live',
    seed: '001',
    label: 'Livestream app',
    about: 'A stream’s chat and its viewers, by the events of an app that was there before.',
    place: 'stream',
  },
  {
    ...plain,
    wire: 'stream',
    seed: '000',
    label: 'Stream thread',
    about: 'One thread under one stream. A frame is a message, and needs no name.',
    place: 'stream',
    credentials: ['token', 'cookie', 'nothing'],
    resumes: true,
    address: (place) => `${ofTenant(place)}/ws/chat/${of(place.stream)}${query(place)}`,
    write: ({ body }) => JSON.stringify(body),
    read: (body) => ({ name: nameOfStreams(body), body }),
  },
  {
    ...plain,
    wire: 'rooms',
    seed: '002',
    label: 'Rooms by any name',
    about: 'Many rooms on one connection. Any name will do; the id of a room names one that is stored.',
    place: 'room',
    resumes: false,
    address: (place) => `/chat/ws${query({ ...place, afterSeq: '' })}`,
    write: ({ name, body }) => JSON.stringify({ event: name, data: body }),
    read: ({ event, data }) => ({ name: event, body: data }),
  },
  {
    ...plain,
    wire: 'room',
    seed: '003',
    label: 'One room by its path',
    about: 'The path says which room and who: you are in it before your first frame.',
    place: 'room',
    resumes: true,
    address: (place) => `/ws/${of(place.room)}/${of(place.userId)}${query(place)}`,
    write: ({ name, body }) => JSON.stringify({ type: name, data: body }),
    read: ({ type, data }) => ({ name: type, body: data }),
  },
]

export const dialectOf = (wire: WireName): Dialect => dialects.find((dialect) => dialect.wire === wire)!

/** A thread's frames have no names: by what is in them one knows them. */
const nameOfStreams = (frame: object): string =>
  ['error', 'closed', 'skipped'].find((name) => Object.hasOwn(frame, name)) ?? 'message'
