/** What the process says of its work: who and what, by ids; never a secret, never what people write. */
import { freshDatabase, rowsOf } from '../support/database.js'
import { endAll, ServiceProcess } from '../support/process.js'
import { RawSocket } from '../support/raw.js'
import { adminKey, Rest } from '../support/rest.js'
import { connect, type TestSocket } from '../support/sockets.js'

const text = 'what-people-write-to-each-other'

let database: Awaited<ReturnType<typeof freshDatabase>>
let service: ServiceProcess
let output: string
let lines: Record<string, unknown>[]
const secrets: Record<string, string> = { adminKey, text }
const ids: Record<string, string> = {}
/** The request ids of failures that are our own fault. */
const faults: string[] = []

/** A little of everything that anybody does with a secret or a text, right and wrong. */
async function session(url: string): Promise<void> {
  const anyone = new Rest(url)
  const operator = anyone.as({ authorization: `Bearer ${adminKey}` })
  const tenant = (await operator.post('/admin/tenant', { name: 'a-name-of-a-tenant', self_registration: true })).body
  const second = await operator.post(`/admin/tenant/${tenant.tenant_id}/api-token`, { name: 'second' })
  const backend = anyone.as({ clientKey: tenant.api_token })
  const person = { display_name: 'a-name-of-a-person', email: 'ann@acme.example', phone: '+49 30 123456' }
  const { user_id } = (await backend.post('/user', person)).body
  const { token } = (await backend.post(`/auth/${user_id}`)).body
  const ann = anyone.as({ authorization: `Bearer ${token}` })
  const { room_id } = (await ann.post('/room', { name: 'a-name-of-a-room' })).body
  Object.assign(ids, { tenant: tenant.tenant_id, request: 'request-of-the-test' })
  Object.assign(secrets, person, { token, apiToken: tenant.api_token, second: second.body.api_token })
  Object.assign(secrets, { signature: token.split('.')[2], room: 'a-name-of-a-room', tenant: 'a-name-of-a-tenant' })

  await people(anyone, tenant.tenant_id)

  const path = `/room/${room_id}/message/send`
  const headers = { 'x-request-id': ids['request']!, 'idempotency-key': (secrets['key'] = 'an-idempotency-key') }
  await ann.post(path, { text_message: text }, { headers })
  await ann.post(path, { text_message: text, unknown: text })
  await ann.post(path, { text_message: `${text}\u0000` })
  await ann.post(path, undefined, { raw: `{ "text_message": "${text}` })
  await anyone.as({ authorization: `Bearer ${token}x` }).post(path, { text_message: text })
  await anyone.as({ authorization: `Basic ${token}` }).get('/room')
  await anyone.as({ clientKey: `${tenant.api_token}x` }).get('/room')
  await anyone.get(`/room?token=${token}&clientKey=${tenant.api_token}`)
  await anyone.get(`/nowhere/${token}?text=${text}`)
  await ann.get(`/room/${room_id}/message?limit=${token}`)
  await operator.delete(`/admin/tenant/${tenant.tenant_id}/api-token/${second.body.api_token_id}`)

  const socket = await connect(url, { auth: { token }, query: { token } })
  await socket.ask('join_room', { room_id })
  await socket.ask('send_message', { room_id, text_message: text })
  await socket.ask('send_message', { room_id, text_message: text, mentions: text })
  await socket.ask(text, { token })
  await connect(url, { auth: { token: `${token}x` } }).catch(() => undefined)
  await connect(url, { extraHeaders: { clientKey: `${tenant.api_token}.${text}` } }).catch(() => undefined)
  await failInside(ann, socket, room_id, backend)
  socket.close()

  const raw = await RawSocket.open(url)
  raw.send(`40{"token":"${token}"`)
  await raw.closed
  await RawSocket.open(url, `/ws?token=${token}`).catch(() => undefined)
}

/** Who logs in by a password, right and wrong. */
async function people(anyone: Rest, tenant_id: string): Promise<void> {
  const [password, newer, guess] = ['a-password-of-bob', 'another-password-of-bob', 'a-guess-of-a-password']
  const username = 'a-username-of-bob'
  const logIn = (word: string) => anyone.post('/auth/login', { tenant_id, username, password: word })
  await anyone.post('/auth/register', { tenant_id, username, password })
  await anyone.post('/auth/register', { tenant_id, username, password })
  await anyone.post('/auth/register', { tenant_id, username, password: guess, role: guess })
  await logIn(guess)
  const { token } = (await logIn(password)).body
  const bob = anyone.as({ authorization: `Bearer ${token}` })
  await bob.post('/auth/password', { old_password: guess, password: newer })
  const changed = (await bob.post('/auth/password', { old_password: password, password: newer })).body.token
  await anyone.as({ authorization: `Bearer ${changed}` }).post('/auth/logout')
  Object.assign(secrets, { password, newer, guess, username, logInToken: token, changedToken: changed })
  const hash = await rowsOf<{ hash: string }>(database.url, 'SELECT hash FROM tb_passwords')
  secrets['hash'] = hash[0]!.hash
}

/** Statements that fail for a reason that nobody foresaw, and carry what people wrote. */
async function failInside(ann: Rest, socket: TestSocket, room_id: string, backend: Rest): Promise<void> {
  await rowsOf(database.url, `ALTER TABLE tb_messages ADD CHECK (content <> '${text}') NOT VALID`)
  await rowsOf(database.url, `ALTER TABLE tb_users ADD CHECK (phone <> '${secrets['phone']}') NOT VALID`)
  const input = { text_message: text }
  faults.push(
    (await ann.post(`/room/${room_id}/message/send`, input)).body.request_id,
    (await socket.ask('send_message', { room_id, ...input })).error.request_id,
    (await backend.post('/user', { phone: secrets['phone'] })).body.request_id,
  )
}

beforeAll(async () => {
  database = await freshDatabase()
  const url = new URL(database.url)
  url.password = secrets['databasePassword'] = 'hunter2-hunter2'
  service = new ServiceProcess({ DATABASE_URL: url.href, ADMIN_KEY: adminKey, LOG_LEVEL: 'trace' })
  await session(await service.url())
  await service.kill('SIGTERM')
  output = service.stdout + service.stderr
  lines = service.stdout
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line))
})

afterAll(async () => {
  await endAll()
  await database.drop()
})

it('nothing secret is in the log, even at LOG_LEVEL=trace', () => {
  expect(Object.keys(secrets)).toHaveLength(20)
  for (const [what, secret] of Object.entries(secrets)) expect([what, output.includes(secret)]).toEqual([what, false])
})

it('there is nothing on standard error', () => {
  expect(service.stderr).toBe('')
})

it('every request is a line with its id, route, status and time, and its tenant if it has one', () => {
  const answered = lines.filter(({ msg }) => msg === 'answered')
  expect(answered.length).toBeGreaterThan(15)
  for (const line of answered) {
    expect(line).toMatchObject({
      level: 'info',
      request_id: expect.stringMatching(/^[\w-]{1,64}$/),
      method: expect.stringMatching(/^[A-Z]+$/),
      route: expect.any(String),
      status: expect.any(Number),
      ms: expect.any(Number),
    })
  }
  expect(answered).toContainEqual(
    expect.objectContaining({
      request_id: ids['request'],
      tenant_id: ids['tenant'],
      route: '/room/:room_id/message/send',
      status: 201,
    }),
  )
})

it('what is our own fault is logged with the request id that the client was told', () => {
  expect(faults).toHaveLength(3)
  for (const request_id of faults) {
    const found = lines.filter((line) => line['level'] === 'error' && line['request_id'] === request_id)
    expect(found).toMatchObject([{ tenant_id: ids['tenant'], err: { message: expect.any(String) } }])
  }
})
