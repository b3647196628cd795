/** Who has not said who they are holds a connection, for a short time, and nothing else. */
import { AuthService } from '../../src/auth/auth.service.js'
import { RawSocket } from '../support/raw.js'
import { startService, type Service, type TestTenant, type TestUser } from '../support/service.js'
import { until } from '../support/until.js'

const connectTimeoutMs = 1000

let service: Service
let tenant: TestTenant
let ann: TestUser
let bob: TestUser
let room_id: string

beforeAll(async () => {
  service = await startService({ RATE_LIMITS: 'on', WS_CONNECT_TIMEOUT_MS: `${connectTimeoutMs}` })
  tenant = await service.tenant({ limits: { user_sockets: 2 } })
  ann = await tenant.user()
  bob = await tenant.user()
  room_id = await tenant.room([ann, bob])
})

afterAll(() => service.stop())

const connect = ({ token }: TestUser): string => `40${JSON.stringify({ token })}`
const event = (...parts: unknown[]): string => `421${JSON.stringify(parts)}`

/** Sockets that the service knows. */
const liveSockets = async (): Promise<number> =>
  Number(/^parley_sockets (\d+)$/m.exec((await service.operator.get('/metrics')).body)![1])
const noneLives = () => until(async () => (await liveSockets()) === 0, 'the end of all sockets')

/** Bob's token, shown by a socket from now on, is looked at when the answer is called. */
function holdTheLook(): () => void {
  const auth = service.app.get(AuthService)
  const authenticate = auth.authenticate.bind(auth)
  let open = (): void => undefined
  const opened = new Promise<void>((resolve) => (open = resolve))
  const spy = jest.spyOn(auth, 'authenticate').mockImplementation(async (credentials) => {
    if (credentials.token === bob.token) await opened
    return authenticate(credentials)
  })
  return () => (spy.mockRestore(), open())
}

describe('who never says who they are', () => {
  it.each([
    ['says nothing', []],
    ['is refused', [connect({ token: 'wrong' } as TestUser)]],
    ['asks for what is not there', ['40/elsewhere,']],
    ['answers pings', ['3']],
  ])('and %s is ended', async (_, frames) => {
    const socket = await RawSocket.open(service.url)
    socket.send(...frames)
    await socket.closed
    expect(socket.frames.filter((frame) => frame.startsWith('42'))).toEqual([])
  })

  it('is ended by polling, too', async () => {
    const path = '/socket.io/?EIO=4&transport=polling'
    const { body } = await service.anyone.get(path)
    const { sid } = JSON.parse(String(body).slice(1)) as { sid: string }
    expect(await service.anyone.get(`${path}&sid=${sid}`)).toMatchObject({ status: 200, body: '1' })
    expect((await service.anyone.get(`${path}&sid=${sid}`)).status).toBe(400)
  })
})

describe('who waits to be let in', () => {
  const events: [string, unknown[]][] = [
    ['join_room', [{ room_id: 'the room' }]],
    ['send_message', [{ room_id: 'the room', text_message: 'Hi' }]],
    ['refresh_token', [{ token: 'theirs' }]],
  ]
  const history = async (): Promise<any[]> => (await ann.rest.get(`/room/${room_id}/message`)).body.items

  it.each(events)('and asks by %s is ended, and nothing is done', async (name, [payload]) => {
    const before = await history()
    const letIn = holdTheLook()
    const socket = await RawSocket.open(service.url)
    const real = { ...(payload as object), ...(name === 'refresh_token' ? { token: bob.token } : { room_id }) }
    socket.send(connect(bob), event(name, real))
    await socket.closed
    letIn()
    expect(socket.frames.filter((frame) => !frame.startsWith('0'))).toEqual([])
    expect(await history()).toEqual(before)
    await noneLives()
  })

  it('hears nothing before, and everything after', async () => {
    const letIn = holdTheLook()
    const socket = await RawSocket.open(service.url)
    socket.send(connect(bob))
    await ann.send(room_id, 'Early')
    expect(socket.frames.filter((frame) => !frame.startsWith('0'))).toEqual([])
    letIn()
    await socket.next(/^40/)
    socket.send(event('join_room', { room_id, after_seq: 0 }))
    await socket.next(/^431/)
    expect(await socket.next(/^42/)).toContain('"text_message":"Early"')
    socket.ws.terminate()
    await noneLives()
  })

  it('and asks a second time to be let in is ended', async () => {
    const auth = service.app.get(AuthService)
    const looks = jest.spyOn(auth, 'authenticate')
    const socket = await RawSocket.open(service.url)
    socket.send(...Array.from({ length: 50 }, () => connect(bob)))
    await socket.closed
    expect(looks).toHaveBeenCalledTimes(1)
    looks.mockRestore()
    await noneLives()
  })

  it('for too long is ended, also if they were right, and takes nobody’s place', async () => {
    const letIn = holdTheLook()
    const sockets = await Promise.all(Array.from({ length: 3 }, () => RawSocket.open(service.url)))
    for (const socket of sockets) socket.send(connect(bob))
    await Promise.all(sockets.map(({ closed }) => closed))
    letIn()
    await noneLives()
    const own = [await bob.socket(), await bob.socket()]
    for (const socket of own) socket.close()
    await noneLives()
  })
})

describe('five hundred who say nothing', () => {
  it('are in nobody’s way, and are gone in time', async () => {
    const patient = await startService({ WS_CONNECT_TIMEOUT_MS: '5000' })
    const user = await (await patient.tenant()).user()
    const room = await user.tenant.room([user])
    const silent = await Promise.all(Array.from({ length: 500 }, () => RawSocket.open(patient.url)))
    const socket = await user.socketIn(room)
    for (let n = 1; n <= 20; n++) {
      const answer = await socket.ask('send_message', { room_id: room, text_message: `${n}` })
      expect(answer).toMatchObject({ ok: true, message: { seq: n } })
    }
    expect(silent.filter(({ ws }) => ws.readyState !== 1)).toEqual([])
    expect((await patient.operator.get('/metrics')).body).toMatch(/^parley_sockets 1$/m)
    await Promise.all(silent.map(({ closed }) => closed))
    expect(await socket.ask('send_message', { room_id: room, text_message: 'Alone' })).toMatchObject({ ok: true })
    await patient.stop()
  })
})
