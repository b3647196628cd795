/** What holds for every frame of its kind, said once in the AsyncAPI document: where, as whom, and how it ends. */
import { closeCodeOf, failures } from '../contract/errors.js'
import type { Wire } from './wires.js'

const header = (name: string, description: string) => ({ type: 'httpApiKey', in: 'header', name, description }) as const

export const securitySchemes = {
  handshakeToken: { type: 'apiKey', in: 'user', description: 'A user’s JWT in the handshake: `40{"token":"…"}`' },
  bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description: 'A user’s JWT' },
  clientKey: header('clientKey', '`<api_token>.<user_id>`: that user, on their backend’s word'),
  queryToken: { type: 'httpApiKey', in: 'query', name: 'token', description: 'A user’s JWT. It is never logged' },
  cookie: {
    type: 'httpApiKey',
    in: 'cookie',
    name: 'access_token',
    description: 'A user’s JWT. If there is an `Origin`, it must be ours or on the tenant’s list',
  },
  internalKey: header('x-internal-api-key', 'With `x-user-id`: that user, on the gateway’s word'),
}

const by = (...names: (keyof typeof securitySchemes)[]) =>
  names.map((name) => ({ $ref: `#/components/securitySchemes/${name}` }))

const variables = {
  host: { default: 'localhost:3000', description: 'Where it is deployed; `wss` behind TLS' },
  tenant: {
    default: '',
    description: '`/t/<tenant_id>` says whose user it is; it may be left out where the token says it',
    examples: ['/t/019a9f3e-6c1e-7c44-9f0a-3d5f1b7c2a10'],
  },
}

export const servers = {
  socketio: {
    host: '{host}',
    pathname: '{tenant}/socket.io/',
    protocol: 'ws',
    description: 'Socket.IO 5 over Engine.IO 4: `?EIO=4&transport=websocket`, or long-polling',
    variables,
    security: by('handshakeToken', 'bearer', 'clientKey'),
  },
  websocket: {
    host: '{host}',
    pathname: '{tenant}',
    protocol: 'ws',
    description: 'Plain WebSockets, where a frame is JSON and nothing else',
    variables,
    security: by('queryToken', 'bearer', 'clientKey', 'cookie', 'internalKey'),
  },
}

/** All but the messages. */
export function channelOf({ title, description, address, parameters, named, resumes }: Wire): object {
  if (named === 'socketio') return { title, description, address, servers: [{ $ref: '#/servers/socketio' }] }
  const properties = { batch, ...(resumes && { after_seq }) }
  const ws = { method: 'GET', query: { type: 'object', properties }, bindingVersion: '0.1.0' }
  return { title, description, address, parameters, servers: [{ $ref: '#/servers/websocket' }], bindings: { ws } }
}

const batch = {
  type: 'string',
  enum: ['true'],
  description: 'What you hear comes as lists of frames, several at a time',
}

const after_seq = {
  type: 'integer',
  minimum: 0,
  description: 'The last `seq` that you have: all after it comes first',
}

const ofProtocol = new Map([
  [1000, 'All has been said'],
  [1002, 'What came was no frame of a WebSocket'],
  [1007, 'A frame was no UTF-8'],
  [1008, 'Too many frames that could not be taken, or too many that wait'],
  [1009, 'A frame was longer than WS_MAX_PAYLOAD_BYTES'],
  [1012, 'The service restarts: come back, and resume'],
  [1013, 'What was sent to you was not read, or the service is busy: come back later, and resume'],
  [4400, 'What was asked cannot be done'],
  [4401, 'The credential is missing, wrong, expired or revoked'],
  [4403, 'The credential is right and gives no right to this, or not any more'],
  [4404, 'There is no such room, stream or tenant, or not any more'],
])

/** How plain WebSockets are closed, and for which failures. */
export const closeCodes = [...ofProtocol].map(([code, meaning]) => {
  const errors = [...failures.keys()].filter((failure) => closeCodeOf(failure) === code)
  return { code, meaning, ...(errors.length && { errors }) }
})
