/** What is taken away in the very moment when it is used: nothing of it happens after that was answered. */
import { Client } from 'pg'
import { AuthService } from '../../src/auth/auth.service.js'
import { endAll, ServiceProcess } from '../support/process.js'
import { adminKey, Rest } from '../support/rest.js'
import { startService, type Service, type TestTenant, type TestUser } from '../support/service.js'
import type { TestSocket } from '../support/sockets.js'

let service: Service
/** Of another node, a process of its own on the same database. */
let otherUrl: string
let database: Client
let tenant: TestTenant
let ann: TestUser
let bob: TestUser
let room_id: string

beforeAll(async () => {
  service = await startService()
  database = new Client({ connectionString: service.databaseUrl })
  await database.connect()
  const settings = { DATABASE_URL: service.databaseUrl, ADMIN_KEY: adminKey, RATE_LIMITS: 'off', LOG_LEVEL: 'warn' }
  otherUrl = await new ServiceProcess(settings).url()
})

beforeEach(async () => {
  tenant = await service.tenant()
  ann = await tenant.user()
  bob = await tenant.user()
  room_id = await tenant.room([ann, bob])
})

afterAll(async () => {
  await endAll()
  await database.end()
  await service.stop()
})

const storedHere = async (): Promise<number> =>
  (await database.query('SELECT FROM tb_messages WHERE room_id = $1', [room_id])).rows.length

/** So many are on their way at any time. */
const sends = 100

interface Flight {
  acknowledged: any[]
  refused: any[]
  /** Of a socket that ended. */
  unanswered: number
  landed: Promise<unknown>
}

/** Where one is acknowledged another takes off, until each is refused, or answered by nobody. */
function takeOff(sockets: TestSocket[]): Flight {
  const flight: Flight = { acknowledged: [], refused: [], unanswered: 0, landed: Promise.resolve() }
  const fly = async (socket: TestSocket): Promise<unknown> => {
    const { connected } = socket.socket
    const answer = connected && (await socket.ask('send_message', { room_id, text_message: 'Hi' }).catch(() => null))
    if (!answer) return flight.unanswered++
    if (!answer.ok) return flight.refused.push(answer.error)
    flight.acknowledged.push(answer.message)
    return fly(socket)
  }
  flight.landed = Promise.all(Array.from({ length: sends }, (_, n) => fly(sockets[n % sockets.length]!)))
  return flight
}

const here = (rest: Rest): Rest => rest
const atTheOther = ({ headers }: Rest): Rest => new Rest(otherUrl, headers)

const ends: Record<string, (at: (rest: Rest) => Rest) => Promise<{ status: number }>> = {
  'the member is removed': (at) => at(ann.rest).delete(`/room/${room_id}/member/${bob.userId}`),
  'the member leaves by REST': (at) => at(bob.rest).post(`/room/${room_id}/leave`),
  'the user is locked': (at) => at(tenant.backend).patch(`/user/${bob.userId}`, { status: 'not_active' }),
  'the room is deleted': (at) => at(ann.rest).delete(`/room/${room_id}`),
  'the room is archived': (at) => at(ann.rest).patch(`/room/${room_id}`, { archived: true }),
}

/** By one socket, one is stored after another; by several, they are stored together. */
const places = [
  ['', here, 1],
  [' (four sockets)', here, 4],
  [' at another node (four sockets)', atTheOther, 4],
] as const
const cases = places.flatMap(([where, at, sockets]) =>
  Object.entries(ends).map(([what, end]) => [what + where, end, at, sockets] as const),
)

describe(`${sends} sends in flight`, () => {
  /** What is stored, and what takes it away, takes its time before it commits: so each comes in the middle of the other. */
  const dawdling = `
    CREATE FUNCTION dawdle() RETURNS trigger LANGUAGE plpgsql AS
      'BEGIN PERFORM pg_sleep(TG_ARGV[0]::float); RETURN NULL; END';
    CREATE TRIGGER dawdle AFTER INSERT ON tb_messages FOR EACH ROW EXECUTE FUNCTION dawdle(0.05);
    CREATE TRIGGER dawdle AFTER DELETE ON tb_user_room FOR EACH ROW EXECUTE FUNCTION dawdle(0.1);
    CREATE TRIGGER dawdle AFTER UPDATE OF flag_delete ON tb_users FOR EACH ROW EXECUTE FUNCTION dawdle(0.1);
    CREATE TRIGGER dawdle AFTER UPDATE OF archived ON tb_chat_rooms FOR EACH ROW EXECUTE FUNCTION dawdle(0.1)`

  beforeAll(() => database.query(dawdling))
  afterAll(() => database.query('DROP FUNCTION dawdle CASCADE'))

  it.each(cases)('when %s: nothing is stored after that was answered', async (_, end, at, sockets) => {
    const anns = await ann.socketIn(room_id)
    const flight = takeOff(await Promise.all(Array.from({ length: sockets }, () => bob.socketIn(room_id))))
    await anns.next('new_message', 5)
    expect((await end(at)).status).toBeLessThan(300)
    const storedThen = await storedHere()
    await flight.landed
    expect(await storedHere()).toBe(storedThen)
    expect(flight.unanswered + flight.refused.length).toBe(sends)
    const seqs = new Set(flight.acknowledged.map(({ seq }) => seq))
    expect(seqs.size).toBe(flight.acknowledged.length)
    // A deleted room takes along what was said in it.
    if (storedThen) expect(Math.max(...seqs)).toBeLessThanOrEqual(storedThen)
    for (const error of flight.refused) {
      expect(['removed', 'not_a_member', 'user_locked', 'room_not_found', 'room_archived']).toContain(error.code)
    }
  })

  it.each([
    [
      'the tenant is suspended',
      () => service.operator.patch(`/admin/tenant/${tenant.tenantId}`, { status: 'suspended' }),
    ],
    ['the tenant is deleted', () => service.operator.delete(`/admin/tenant/${tenant.tenantId}`)],
    ['the API token is revoked with its JWTs', () => revokeAll()],
  ])('when %s: the socket ends, and what waited on it is not done', async (_, end) => {
    const [anns, bobs] = [await ann.socketIn(room_id), await bob.socketIn(room_id)]
    const flight = takeOff([bobs])
    await anns.next('new_message', 5)
    expect((await end()).status).toBeLessThan(300)
    await bobs.disconnected(1000)
    const storedThen = await storedHere()
    await flight.landed
    await expectRest()
    // One of them was on its way to the database, and could not be called back.
    expect(await storedHere()).toBeLessThanOrEqual(storedThen + 1)
  })
})

/** Nothing that was asked is waited for any more: who is another tenant's has their turn. */
async function expectRest(): Promise<void> {
  const user = await (await service.tenant()).user()
  const other = await user.tenant.room([user])
  for (let n = 1; n <= 5; n++) expect(await user.send(other, 'Hi')).toMatchObject({ seq: n })
}

async function revokeAll(): Promise<{ status: number }> {
  const path = `/admin/tenant/${tenant.tenantId}/api-token`
  const { body } = await service.operator.get(path)
  return service.operator.delete(`${path}/${body.items[0].api_token_id}?tokens=true`)
}

describe('between the look at the credential and the connection', () => {
  /** Does it as soon as the next handshake was found good, before the socket is known. */
  function afterTheLook(work: () => Promise<unknown>): void {
    const auth = service.app.get(AuthService)
    const authenticate = auth.authenticate.bind(auth)
    const spy = jest.spyOn(auth, 'authenticate').mockImplementation(async (credentials) => {
      spy.mockRestore()
      const session = await authenticate(credentials)
      await work()
      return session
    })
  }

  const cases: [string, string, () => Promise<unknown>][] = [
    ['the user is locked', 'user_locked', () => tenant.backend.patch(`/user/${bob.userId}`, { status: 'delete' })],
    ['the tokens are revoked', 'token_revoked', () => revokeAll()],
    [
      'the tenant is suspended',
      'tenant_suspended',
      () => service.operator.patch(`/admin/tenant/${tenant.tenantId}`, { status: 'suspended' }),
    ],
    ['the tenant is deleted', 'token_invalid', () => service.operator.delete(`/admin/tenant/${tenant.tenantId}`)],
  ]

  it.each(cases)('%s: the socket ends at once', async (_, code, work) => {
    afterTheLook(work)
    const socket = await bob.socket()
    await socket.disconnected(1000)
    expect(socket.payloads('exception')).toMatchObject([{ code }])
  })

  it('the API token is revoked: the socket ends at once', async () => {
    afterTheLook(() => revokeAll())
    const socket = await service.socket({ extraHeaders: { clientKey: bob.clientKey } })
    await socket.disconnected(1000)
    expect(socket.payloads('exception')).toMatchObject([{ code: 'token_revoked' }])
  })

  it('the database goes away: the socket ends, without a word, and may come again', async () => {
    const look = jest.spyOn(service.app.get(AuthService), 'recheck').mockRejectedValueOnce(new Error('away'))
    const socket = await bob.socket()
    const reason = new Promise((resolve) => socket.socket.once('disconnect', resolve))
    expect(await reason).toBe('transport close')
    expect(socket.heard).toEqual([])
    look.mockRestore()
    expect(await (await bob.socket()).ask('leave_room', { room_id })).toMatchObject({ ok: true })
  })

  it('whatever the moment: no socket of a locked user outlives the lock by a second', async () => {
    for (let delayMs = 0; delayMs < 20; delayMs += 2) {
      const user = await tenant.user()
      const opening = user.socket().catch(() => null)
      await new Promise((resolve) => setTimeout(resolve, delayMs))
      await tenant.backend.patch(`/user/${user.userId}`, { status: 'not_active' })
      await (await opening)?.disconnected(1000)
    }
  })
})

describe('a removal while the room is joined', () => {
  it('leaves nobody listening who is not a member', async () => {
    for (let round = 0; round < 10; round++) {
      const user = await tenant.user()
      const id = await tenant.room([ann, user])
      const socket = await user.socket()
      const joining = socket.ask('join_room', { room_id: id, after_seq: 0 })
      await Promise.all([joining, ann.rest.delete(`/room/${id}/member/${user.userId}`)])
      await ann.send(id, 'without them')
      await socket.ask('leave_room', { room_id })
      expect(socket.payloads('new_message')).toEqual([])
    }
  })
})
