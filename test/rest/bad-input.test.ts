/** What nobody should send: each gets its clear error, nothing is stored, and the service lives on. */
import { rowsOf } from '../support/database.js'
import { badField, countOf, noId, problem } from '../support/problems.js'
import type { Answer } from '../support/rest.js'
import { startService, type Service, type TestTenant, type TestUser } from '../support/service.js'

let service: Service
let tenant: TestTenant
let ann: TestUser
let room: string
let before: unknown

/** How much the tenant has, in one question: it is asked after every test. */
async function stored(): Promise<unknown> {
  const tables = ['tb_users', 'tb_chat_rooms', 'tb_user_room', 'tb_messages', 'idempotency_keys']
  const counts = tables.map((table) => `(SELECT count(*) FROM ${table} WHERE tenant_id = $1) AS ${table}`)
  const [row] = await rowsOf(service.databaseUrl, `SELECT ${counts.join()}`, [tenant.tenantId])
  return row
}

beforeAll(async () => {
  service = await startService()
  tenant = await service.tenant()
  ann = await tenant.user()
  room = await tenant.room([ann])
  before = await stored()
})
async function expectNothingChanged(): Promise<void> {
  expect(await stored()).toEqual(before)
  expect((await ann.rest.get('/user/me')).status).toBe(200)
}

afterEach(expectNothingChanged)
afterAll(() => service.stop())

const json = { 'content-type': 'application/json' }

/** The bytes as they are, as a message of Ann’s. */
const sendRaw = (raw: string | Buffer, headers: Record<string, string> = json): Promise<Answer> =>
  ann.rest.post(`/room/${room}/message/send`, undefined, { raw, headers })
const send = (body: unknown): Promise<Answer> => sendRaw(JSON.stringify(body))

/** A room with metadata so many levels deep. */
const makeDeep = ({ backend }: TestTenant, levels: number): Promise<Answer> =>
  backend.post('/room', undefined, { raw: `{"metadata":${'['.repeat(levels)}${']'.repeat(levels)}}` })

const lists = () => ['/user', '/room', `/room/${room}/member`]
const cursor = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')

describe('a body', () => {
  it('must be there where a field is needed', async () => {
    expect(await ann.rest.post(`/room/${room}/message/send`)).toMatchObject(badField('text_message'))
    expect(await ann.rest.post(`/room/${room}/message/send`, undefined, { headers: json })).toMatchObject(
      badField('text_message'),
    )
  })

  it.each([null, true, 5, 'text', [], [{ text_message: 'Hi' }]])('must be an object: not %j', async (body) => {
    expect(await send(body)).toMatchObject(badField('body'))
    expect(await tenant.backend.post('/user', undefined, { raw: JSON.stringify(body) })).toMatchObject(badField('body'))
  })

  it.each(['{', '{}}', "{'text_message':'Hi'}", '{"text_message":}', 'text_message=Hi', '\u0000', '{"a":1,}', 'NaN'])(
    'must be JSON: not %j',
    async (raw) => {
      expect(await sendRaw(raw)).toMatchObject(problem(400, 'malformed_json'))
    },
  )

  it.each([
    ['a byte that is never in UTF-8', [0xff]],
    ['half a character', [0xc3]],
    ['an overlong slash', [0xc0, 0xaf]],
    ['half a surrogate pair', [0xed, 0xa0, 0x80]],
    ['a character past the last', [0xf4, 0x90, 0x80, 0x80]],
  ])('must be UTF-8: not %s', async (_, bytes) => {
    const raw = Buffer.concat([Buffer.from('{"text_message":"'), Buffer.from(bytes), Buffer.from('"}')])
    expect(await sendRaw(raw)).toMatchObject(problem(400, 'malformed_json'))
  })

  it('must not be UTF-16', async () => {
    expect(await sendRaw(Buffer.from('{"text_message":"Hi"}', 'utf16le'))).toMatchObject(problem(400, 'malformed_json'))
  })

  it.each([
    'text/plain',
    'application/xml',
    'multipart/form-data; boundary=x',
    'application/jsonp',
    'application',
    ';',
  ])('must be sent as JSON: not as %s', async (type) => {
    const answer = await sendRaw('{"text_message":"Hi"}', { 'content-type': type })
    expect(answer).toMatchObject(problem(415, 'unsupported_media_type'))
  })

  it.each([131_073, 1_000_000, 20_000_000])('must not have %i bytes', async (bytes) => {
    const raw = `{"text_message":"${'x'.repeat(bytes - 19)}"}`
    expect(await sendRaw(raw)).toMatchObject(problem(413, 'payload_too_large'))
  })

  it('must not be deep', async () => {
    expect(await makeDeep(tenant, 33)).toMatchObject(badField('metadata'))
    expect(await makeDeep(tenant, 60_000)).toMatchObject(badField('metadata'))
    expect((await makeDeep(await service.tenant(), 32)).status).toBe(201)
  })
})

describe('a field', () => {
  it.each(['colour', 'Text_Message', 'text_message ', 'seq', 'id', ''])(
    'must be one of those there are: not %j',
    async (field) => {
      expect(await send({ text_message: 'Hi', [field]: 1 })).toMatchObject(badField(field))
    },
  )

  it.each(['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'then', 'toJSON'])(
    'must not be %s, whatever is in it',
    async (name) => {
      for (const value of ['null', '1', '"x"', '{}', '{"admin":true}', '[]']) {
        const answer = await sendRaw(`{"text_message":"Hi","${name}":${value}}`)
        expect(answer).toMatchObject(problem(400, 'validation_failed'))
      }
      expect({}).not.toHaveProperty('admin')
    },
  )

  it('must not hide __proto__ in its depths', async () => {
    const raw = '{"text_message":"Hi","metadata":{"a":[{"__proto__":{"admin":true}}]}}'
    expect(await sendRaw(raw)).toMatchObject(badField('metadata'))
  })

  it.each([
    ['U+0000', '\\u0000'],
    ['the first half of a surrogate pair', '\\ud83d'],
    ['the second half of a surrogate pair', '\\ude00'],
    ['both halves in the wrong order', '\\ude00\\ud83d'],
  ])('must not hold %s, in whatever part', async (_, text) => {
    expect(await sendRaw(`{"text_message":"a${text}b"}`)).toMatchObject(badField('text_message'))
    for (const metadata of [`"${text}"`, `["${text}"]`, `{"a":{"b":"${text}"}}`, `{"${text}":1}`]) {
      expect(await sendRaw(`{"text_message":"Hi","metadata":${metadata}}`)).toMatchObject(badField('metadata'))
    }
    expect(await sendRaw(`{"text_message":"Hi","${text}":1}`)).toMatchObject(problem(400, 'validation_failed'))
  })

  it('must not hold a number that JSON has and nobody can keep', async () => {
    for (const number of ['1e999', '-1e999', '12345678901234567890']) {
      expect(await sendRaw(`{"text_message":"Hi","metadata":${number}}`)).toMatchObject(badField('metadata'))
    }
  })

  it('that is too long does not come back in the answer', async () => {
    const { body } = await send({ text_message: 'Hi', ['x'.repeat(10_000)]: 1 })
    expect(JSON.stringify(body).length).toBeLessThan(1000)
  })
})

describe('a text', () => {
  let talker: TestUser
  let theirs: string
  const say = (raw: string) => talker.rest.post(`/room/${theirs}/message/send`, undefined, { raw })

  beforeEach(async () => {
    talker = await (await service.tenant()).user()
    theirs = await talker.tenant.room([talker])
  })

  it.each([
    ['letters', 'x'],
    ['emoji, which are two units each', '😀'],
    ['letters of three bytes', '한'],
  ])('may have 10,000 code points of %s, stored byte for byte, and not one more', async (_, character) => {
    const text = character.repeat(10_000)
    const { status, body } = await say(JSON.stringify({ text_message: text }))
    expect(status).toBe(201)
    const [row] = await rowsOf<{ bytes: Buffer }>(
      service.databaseUrl,
      `SELECT convert_to(content, 'UTF8') AS bytes FROM tb_messages WHERE message_id = $1`,
      [body.message_id],
    )
    expect(row!.bytes.equals(Buffer.from(text))).toBe(true)
    expect(body.text_message === text).toBe(true)
    expect(await say(JSON.stringify({ text_message: text + character }))).toMatchObject(badField('text_message'))
    expect(await countOf(talker.tenant, 'tb_messages')).toBe(1)
  })

  it('may be written as escapes', async () => {
    const { body } = await say(`{"text_message":"${'\\ud83d\\ude00'.repeat(10_000)}"}`)
    expect(body.text_message === '😀'.repeat(10_000)).toBe(true)
  })
})

describe('an id', () => {
  it.each([
    '1',
    'me',
    '%20',
    noId().slice(1),
    `${noId()}0`,
    `{${noId()}}`,
    noId().replaceAll('-', ''),
    "'%20OR%201=1--",
    '%00',
  ])('must be a UUID: not %s', async (id) => {
    expect(await ann.rest.get(`/room/${id}`)).toMatchObject(badField('room_id'))
    expect(await ann.rest.get(`/room/${room}/message/${id}`)).toMatchObject(badField('message_id'))
  })
})

describe('a query', () => {
  it.each([
    '-1',
    '0',
    '101',
    '1.5',
    'abc',
    '',
    '1e1',
    '0x10',
    ' 5',
    '5;',
    'NaN',
    'null',
    '99999999999999999999',
    '1&limit=2',
  ])('must have a limit from 1 to 100: not %j', async (limit) => {
    for (const list of ['/user', '/room', `/room/${room}/member`, `/room/${room}/message`]) {
      expect(await ann.rest.get(`${list}?limit=${limit}`)).toMatchObject(badField('limit'))
    }
  })

  it.each(['x', 'limit[]', 'Limit', '__proto__', 'constructor', 'offset'])(
    'must have no parameter that there is not: %s',
    async (name) => {
      for (const list of ['/user', '/room', `/room/${room}/member`, `/room/${room}/message`]) {
        expect(await ann.rest.get(`${list}?${name}=1`)).toMatchObject(badField(name))
      }
    },
  )

  it.each([
    ['a word', 'abc'],
    ['no base64', '!!!'],
    ['JSON that is no list', cursor({ id: noId() })],
    ['an empty list', cursor([])],
    ['null', cursor(null)],
    ['no UUID', cursor(['1', null])],
    ['a piece of SQL', cursor(["' OR true --", null])],
    ['a time that is none', cursor([noId(), 'yesterday'])],
    ['a time that is a number', cursor([noId(), 5])],
    ['a time past what PostgreSQL knows', cursor([noId(), '+275760-09-13T00:00:00.000Z'])],
    ['a time before what PostgreSQL knows', cursor([noId(), '-271821-04-20T00:00:00.000Z'])],
    ['the year 0', cursor([noId(), '0000-01-01T00:00:00.000Z'])],
    ['deep JSON', Buffer.from('['.repeat(300)).toString('base64url')],
  ])('must not have a forged cursor: %s', async (_, forged) => {
    for (const list of lists()) {
      expect(await ann.rest.get(`${list}?cursor=${forged}`)).toMatchObject(problem(400, 'invalid_cursor'))
    }
  })

  it.each([
    ['an empty one', ''],
    ['one of 501 characters', 'x'.repeat(501)],
    ['one with U+0000', '%00'],
    ['two of them', 'a&cursor=b'],
  ])('must not have a cursor that is none: %s', async (_, text) => {
    for (const list of lists()) expect(await ann.rest.get(`${list}?cursor=${text}`)).toMatchObject(badField('cursor'))
  })

  it('shows by a forged cursor nothing of anybody else’s', async () => {
    const other = await service.tenant()
    const theirs = await other.room([await other.user()])
    for (const time of [null, '2000-01-01T00:00:00.000Z', '9999-01-01T00:00:00.000Z']) {
      for (const id of [theirs, '00000000-0000-0000-0000-000000000000', 'ffffffff-ffff-ffff-ffff-ffffffffffff']) {
        const { body } = await tenant.backend.get(`/room?cursor=${cursor([id, time])}`)
        expect(JSON.stringify(body)).not.toContain(theirs)
      }
    }
  })
})
