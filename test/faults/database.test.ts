/** PostgreSQL goes away in the middle: nothing is lost, nothing is doubled, and everybody is told to try again. */
import { setTimeout } from 'node:timers/promises'
import { AuthService } from '../../src/auth/auth.service.js'
import { rowsOf } from '../support/database.js'
import { databaseProxy, type TcpProxy } from '../support/proxy.js'
import { startService, type Service, type TestTenant, type TestUser } from '../support/service.js'
import { until } from '../support/until.js'
import { inForm } from './form.js'
import { Scene } from './scene.js'
import { Talk } from './talk.js'

let proxy: TcpProxy
let service: Service
let tenant: TestTenant
let ann: TestUser
let bob: TestUser
let room_id: string
let scene: Scene

beforeAll(async () => {
  const through = await databaseProxy(process.env['TEST_DATABASE_URL']!)
  proxy = through.proxy
  process.env['TEST_DATABASE_URL'] = through.url
  service = await startService()
  tenant = await service.tenant()
  ann = await tenant.user()
  bob = await tenant.user()
})

beforeEach(async () => {
  room_id = await tenant.room([ann, bob])
})

afterAll(async () => {
  await scene.stop()
  await service.stop()
  await proxy.stop()
})

const oneTo = (last: number): number[] => Array.from({ length: last }, (_, index) => index + 1)

/** Every connection of the service, in the middle of whatever it does. */
const cutConnections = () =>
  rowsOf<{ pid: number }>(
    service.databaseUrl,
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
     WHERE datname = current_database() AND application_name = 'parley'`,
  )

interface Row {
  seq: number
  message_id: string
  client_message_id: string
}

const storedHere = (): Promise<Row[]> =>
  rowsOf(
    service.databaseUrl,
    'SELECT seq::int, message_id, client_message_id FROM tb_messages WHERE room_id = $1 ORDER BY seq',
    [room_id],
  )

const ready = async (): Promise<boolean> => (await service.anyone.get('/health/ready')).status === 200

describe('connections that are terminated, again and again', () => {
  it('while four people send: each message is stored once, heard once, and by all in one order', async () => {
    scene = await Scene.open({ urls: [() => service.url], databaseUrl: service.databaseUrl, people: 4 })
    const talk = new Talk(scene, 1)
    const refusals = (): string[] =>
      scene.recorder.log.sends.flatMap(({ answer }) => (answer?.is === 'refused' ? [answer.code] : []))
    // On a fast machine the first cuts may all fall between two statements.
    for (let cut = 0; cut < inForm(10, 200) || !refusals().length; cut++) {
      await talk.more(5)
      await cutConnections()
      await setTimeout(20 + Math.random() * 40)
    }
    await scene.expectRight(await talk.stop(), false)
    expect(new Set(refusals())).toEqual(new Set(['unavailable']))
    expect(await until(ready, 'the service to be ready')).toBe(true)
  })

  it('by REST, whatever is asked: answered, or told to come again; never an error of ours', async () => {
    let asking = true
    const answers: { status: number; body: any }[] = []
    const asks = oneTo(8).map(async (n) => {
      for (let round = 0; round < 8; round++) {
        answers.push(await tenant.backend.post('/user', { external_id: `${n}.${round}` }))
        answers.push(await tenant.backend.post('/room', { created_by: ann.userId, member_ids: [bob.userId] }))
        answers.push(await ann.rest.patch(`/room/${room_id}`, { name: `Round ${round}` }))
        answers.push(await ann.rest.get('/room?limit=3'))
      }
    })
    const asked = Promise.all(asks).finally(() => (asking = false))
    while (asking) {
      await cutConnections()
      await setTimeout(Math.random() * 30)
    }
    await asked
    const failed = answers.filter(({ status }) => status >= 400)
    expect(
      failed.filter(({ status, body }) => status !== 503 || body.code !== 'unavailable' || !body.retryable),
    ).toEqual([])
    expect(await until(ready, 'the service to be ready')).toBe(true)
  })
})

describe('an answer that is lost after the commit', () => {
  const word = 'committed, and nobody knows'

  it('is told as a failure that a retry may help, and the retry is the same message', async () => {
    const [anns, bobs] = [await ann.socketIn(room_id), await bob.socketIn(room_id)]
    proxy.loseTheAnswerTo(word)
    const input = { room_id, text_message: word, client_message_id: 'mine' }
    const { ok, error } = await anns.ask('send_message', input)
    expect(ok).toBe(false)
    expect(error).toMatchObject({ code: 'unavailable', retryable: true, retry_after_ms: expect.any(Number) })
    const { message_id } = await until(async () => (await storedHere())[0], 'the message')
    expect(await anns.ask('send_message', input)).toMatchObject({
      ok: true,
      duplicate: true,
      message: { seq: 1, message_id },
    })
    expect(await storedHere()).toHaveLength(1)

    await ann.send(room_id, 'the next one')
    for (const socket of [anns, bobs]) {
      expect((await socket.next('new_message', 2)).map(({ seq }) => seq)).toEqual([1, 2])
    }
  })

  it('leaves no gap for who listens, also when nobody retries', async () => {
    const socket = await bob.socketIn(room_id)
    await ann.send(room_id, 'before')
    proxy.loseTheAnswerTo(word)
    const { status, body } = await ann.rest.post(`/room/${room_id}/message/send`, { text_message: word })
    expect([status, body.code]).toEqual([503, 'unavailable'])
    await ann.send(room_id, 'after')
    const heard = await socket.next('new_message', 3)
    expect(heard.map(({ seq, text_message }) => [seq, text_message])).toEqual([
      [1, 'before'],
      [2, word],
      [3, 'after'],
    ])
  })
})

describe('a database that is away', () => {
  afterEach(async () => {
    proxy.comeBack()
    await until(ready, 'the service to be ready')
  })

  const unavailable = {
    status: 503,
    code: 'unavailable',
    retryable: true,
    retry_after_ms: expect.any(Number),
    request_id: expect.any(String),
  }

  it('is told by whatever way, while the process lives and sockets stay', async () => {
    const looks = jest.spyOn(service.app.get(AuthService), 'recheck')
    const [anns, bobs] = [await ann.socketIn(room_id), await bob.socketIn(room_id)]
    // Who is new is looked at once more: whoever could not be would have to come again.
    await Promise.all(looks.mock.results.map(({ value }) => value as Promise<void>))
    looks.mockRestore()
    proxy.goAway()
    const { status, body, headers } = await ann.rest.get(`/room/${room_id}`)
    expect([status, body]).toEqual([503, expect.objectContaining(unavailable)])
    expect(headers.get('retry-after')).toBe('1')
    expect(await anns.ask('send_message', { room_id, text_message: 'Hi' })).toMatchObject({
      ok: false,
      error: unavailable,
    })
    expect(await anns.ask('join_room', { room_id, after_seq: 0 })).toMatchObject({ ok: false, error: unavailable })
    await expect(ann.socket()).rejects.toMatchObject({ message: 'Authentication error', data: unavailable })
    expect((await service.anyone.get('/health/live')).status).toBe(200)
    expect((await service.anyone.get('/health/ready')).status).toBe(503)

    proxy.comeBack()
    await until(ready, 'the service to be ready')
    expect(await anns.ask('send_message', { room_id, text_message: 'back' })).toMatchObject({ ok: true })
    for (const socket of [anns, bobs]) expect(await socket.next('new_message')).toMatchObject([{ seq: 1 }])
  })
})
