/** How many rooms one may join, by whatever way; and what one socket may ask of what its user may. */
import { startService, type Service, type TestTenant, type TestUser } from '../support/service.js'
import type { TestSocket } from '../support/sockets.js'

let service: Service

/** The limits are the deployment's own, but where a tenant has others. */
beforeAll(async () => {
  service = await startService({ RATE_LIMITS: 'on' })
})

afterAll(() => service.stop())

async function people(limits: object): Promise<{ tenant: TestTenant; ann: TestUser; bob: TestUser; room_id: string }> {
  const tenant = await service.tenant({ limits })
  const [ann, bob] = [await tenant.user(), await tenant.user()]
  return { tenant, ann, bob, room_id: await tenant.room([ann, bob]) }
}

const many = (count: number, ask: (n: number) => Promise<any>): Promise<any[]> =>
  Promise.all(Array.from({ length: count }, (_, n) => ask(n)))
const refused = (answers: any[]): any[] => answers.filter(({ ok }) => !ok)

const rateLimited = (detail: string): object => ({
  ok: false,
  error: { code: 'rate_limited', status: 429, retryable: true, detail, retry_after_ms: expect.any(Number) },
})

describe('joining rooms', () => {
  const join = (socket: TestSocket, room_id: string, fields = {}) => socket.ask('join_room', { room_id, ...fields })

  it('is limited for a user, by all sockets and by REST together', async () => {
    const { ann, room_id } = await people({ user_join_burst: 4, user_join_per_second: 1 })
    const [one, two] = [await ann.socket(), await ann.socket()]
    expect(refused(await many(2, () => join(one, room_id, { after_seq: 0 })))).toEqual([])
    expect(await join(two, room_id)).toMatchObject({ ok: true })
    expect((await ann.rest.post(`/room/${room_id}/join`)).status).toBe(200)
    const words = 'A user may join 4 rooms at once and 1 a second after that.'
    for (const socket of [one, two]) {
      expect((await many(5, () => join(socket, room_id)))[4]).toMatchObject(rateLimited(words))
    }
  })

  it('leaves everything else to whoever joined too much, and to others', async () => {
    const { ann, bob, room_id } = await people({ user_join_burst: 1, user_join_per_second: 1 })
    const [anns, bobs] = [await ann.socketIn(room_id), await bob.socketIn(room_id)]
    expect((await many(5, () => join(anns, room_id)))[4]).toMatchObject({ ok: false })
    const { message } = await anns.ask('send_message', { room_id, text_message: 'Hi' })
    for (const socket of [anns, bobs]) expect(await socket.next('new_message')).toEqual([message])
  })

  it('of a user who is refused uses up nothing of the tenant’s', async () => {
    const limits = { user_join_burst: 10, user_join_per_second: 1, tenant_join_burst: 25, tenant_join_per_second: 1 }
    const { ann, bob, tenant, room_id } = await people(limits)
    const [anns, bobs, cems] = [await ann.socket(), await bob.socket(), await (await tenant.user()).socket()]
    expect(refused(await many(60, () => join(anns, room_id))).length).toBeGreaterThan(40)
    expect(refused(await many(10, () => join(bobs, room_id)))).toEqual([])
    const answers = await many(10, () => join(cems, room_id))
    expect(answers[9]).toMatchObject(rateLimited('A tenant may join 25 rooms at once and 1 a second after that.'))
  })

  it('is not counted when it says nothing that could be joined', async () => {
    const { ann, room_id } = await people({ user_join_burst: 1, user_join_per_second: 1 })
    const socket = await ann.socket()
    expect(refused(await many(5, (n) => join(socket, `no room ${n}`)))).toHaveLength(5)
    expect(await join(socket, room_id)).toMatchObject({ ok: true })
  })
})

describe('one socket', () => {
  const send = (socket: TestSocket, room_id: string) => (n: number) =>
    socket.ask('send_message', { room_id, text_message: `${n}` })

  it('may join and send two hundred messages at once, unless somebody set it otherwise', async () => {
    const { bob, ann, room_id } = await people({})
    const [anns, bobs] = [await ann.socketIn(room_id), await bob.socket()]
    const joining = bobs.ask('join_room', { room_id })
    const answers = await many(200, send(bobs, room_id))
    expect(await joining).toMatchObject({ ok: true })
    expect(answers.map(({ message }) => message.seq)).toEqual(Array.from({ length: 200 }, (_, n) => n + 1))
    expect(await anns.next('new_message', 200)).toHaveLength(200)
  })

  it('is refused beyond that; another one of its user goes on, and REST', async () => {
    const { ann, room_id } = await people({ socket_burst: 5, socket_per_second: 1, user_burst: 20, user_per_second: 1 })
    const [one, two] = [await ann.socket(), await ann.socket()]
    const answers = await many(40, send(one, room_id))
    expect(refused(answers.slice(0, 5))).toEqual([])
    expect(answers[39]).toMatchObject(rateLimited('A socket may send 5 at once and 1 a second after that.'))
    expect(refused(await many(5, send(two, room_id)))).toEqual([])
    expect((await ann.rest.get('/user/me')).status).toBe(200)
  })

  it('has under another token what was left under the first', async () => {
    const { ann, room_id } = await people({ socket_burst: 20, socket_per_second: 1 })
    const socket = await ann.socket()
    await many(15, send(socket, room_id))
    const { body } = await ann.tenant.backend.post(`/auth/${ann.userId}`)
    expect(await socket.ask('refresh_token', { token: body.token })).toMatchObject({ ok: true })
    expect(refused(await many(20, send(socket, room_id))).length).toBeGreaterThan(10)
  })
})
