/** How many guests there may be: of one address, and beside those who are known. */
import { noId } from '../support/problems.js'
import type { PlainSocket } from '../support/plain.js'
import { startService, type Service, type TestTenant, type TestUser } from '../support/service.js'

const most = 4

let service: Service

beforeAll(async () => {
  service = await startService({
    RATE_LIMITS: 'on',
    TRUST_PROXY: '127.0.0.1',
    MAX_GUEST_SOCKETS_PER_ADDRESS: String(most),
    RATE_TENANT_BURST: '100000',
    RATE_USER_BURST: '100000',
    RATE_USER_MESSAGE_BURST: '100000',
  })
})
afterAll(() => service.stop())

let tenant: TestTenant
let streamer: TestUser
let room_id: string

async function open(limits: object = {}): Promise<void> {
  tenant = await service.tenant({ guests: true, limits })
  streamer = await tenant.user()
  room_id = (await streamer.rest.post('/api/chat/thread', { stream_id: 'open' })).body.room_id
}

const guestAt = (address: string, query = ''): Promise<PlainSocket> =>
  service.plain(`/t/${tenant.tenantId}/ws/chat/open${query}`, { headers: { 'x-forwarded-for': address } })

const refused = (message: string) => ({ status: 429, problem: { code: 'rate_limited', detail: message } })

it('one address has so many places, and gives them back', async () => {
  await open()
  const guests = await Promise.all(Array.from({ length: most }, () => guestAt('198.51.100.1')))
  const full = refused(`Guests at one address may have ${most} sockets.`)
  await expect(guestAt('198.51.100.1')).rejects.toMatchObject(full)
  await expect(guestAt('198.51.100.2')).resolves.toBeDefined()
  await Promise.all(Array.from({ length: most }, (_, n) => guestAt(`2001:db8::${n}`)))
  await expect(guestAt('2001:db8::ffff')).rejects.toMatchObject(full)
  for (const guest of guests) guest.close()
  await Promise.all(guests.map(({ closed }) => closed))
  await expect(guestAt('198.51.100.1')).resolves.toBeDefined()
})

it('one address opens no more of them than one user would', async () => {
  await open({ user_connection_burst: 2, user_connection_per_second: 1 })
  const attempts = Array.from({ length: most }, () => guestAt('198.51.100.1'))
  const refusals = (await Promise.allSettled(attempts)).flatMap((one) =>
    one.status === 'rejected' ? [one.reason] : [],
  )
  const message = 'A user may open 2 sockets at once and 1 a second after that.'
  expect(refusals[0]).toMatchObject(refused(message))
})

it('they leave half of the tenant’s places to who is known', async () => {
  await open({ tenant_sockets: 6 })
  for (let n = 0; n < 3; n++) await guestAt(`198.51.100.${n}`)
  await expect(guestAt('198.51.100.9')).rejects.toMatchObject(refused('A tenant’s guests may have 3 sockets.'))
  for (let n = 0; n < 3; n++) await streamer.plain('/ws/chat/open')
  await expect(streamer.plain('/ws/chat/open')).rejects.toMatchObject(refused('A tenant may have 6 sockets.'))
})

it('however long ago they heard the stream, they are not shown all of it', async () => {
  await open()
  for (let n = 1; n <= 510; n++) await streamer.send(room_id, `${n}`)
  const guest = await guestAt('198.51.100.1', '?after_seq=0')
  await guest.next((frame) => frame.seq === 510)
  expect(guest.frames[0]).toMatchObject({ seq: 11 })
  const back = await guestAt('198.51.100.1', '?after_seq=505')
  await back.next((frame) => frame.seq === 510)
  expect(back.frames[0]).toMatchObject({ seq: 506 })
})

describe('a room by its path', () => {
  const isMember = async (roomId: string, { userId }: TestUser): Promise<boolean> => {
    const { body } = await tenant.backend.get(`/room/${roomId}/member`)
    return body.items.some(({ user_id }: { user_id: string }) => user_id === userId)
  }

  it('is joined as by any other way: so often, and not by who is refused', async () => {
    await open({ user_join_burst: 2, user_join_per_second: 1 })
    const owner = await tenant.user()
    const rooms = await Promise.all([1, 2, 3, 4].map(() => tenant.room([owner])))
    const bob = await tenant.user()
    const outcomes = await Promise.all(
      rooms.map((room) =>
        bob.plain(`/ws/${room}/${bob.userId}`).then(
          () => 'in',
          ({ problem }) => problem.code,
        ),
      ),
    )
    expect(outcomes).toContain('rate_limited')
    const members = await Promise.all(rooms.map((room) => isMember(room, bob)))
    expect(members).toEqual(outcomes.map((outcome) => outcome === 'in'))
  })

  it('nor by who has no place, and a refusal gives its place back', async () => {
    await open({ user_sockets: 1 })
    const [owner, bob] = [await tenant.user(), await tenant.user()]
    const [one, another] = [await tenant.room([owner]), await tenant.room([owner])]
    await expect(bob.plain(`/ws/${noId()}/${bob.userId}`)).rejects.toMatchObject({ status: 404 })
    const first = await bob.plain(`/ws/${one}/${bob.userId}`)
    await expect(bob.plain(`/ws/${another}/${bob.userId}`)).rejects.toMatchObject(refused('A user may have 1 sockets.'))
    expect(await isMember(another, bob)).toBe(false)
    first.close()
  })
})
