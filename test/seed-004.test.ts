/** The walk-through of seed 004, in its own words: a backend integrates, and its people chat. */
import { startService, type Service } from './support/service.js'
import type { TestSocket } from './support/sockets.js'

describe('seed 004: a chat service that is reusable for different projects', () => {
  let service: Service
  let apiToken: string
  const user: Record<string, string> = {}
  const jwt: Record<string, string> = {}
  let room_id: string
  let ann: TestSocket
  let bob: TestSocket

  beforeAll(async () => {
    service = await startService()
    apiToken = (await service.tenant()).apiToken
  })
  afterAll(() => service.stop())

  it('has its API documentation at {host}/docs', async () => {
    const { status, body } = await service.anyone.get('/docs')
    expect(status).toBe(200)
    expect(body).toContain('swagger-ui')
  })

  it('User: links users with the chat panel by POST {host}/user, which answers a UUID to be saved', async () => {
    for (const name of ['ann', 'bob']) {
      const { status, body } = await service.anyone.as({ clientKey: apiToken }).post('/user', { display_name: name })
      expect(status).toBe(201)
      expect(body.user_id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/)
      user[name] = body.user_id
    }
  })

  it('Obtaining a JWT token: POST auth/{user_id} with the header clientKey: {api_token}', async () => {
    for (const name of ['ann', 'bob']) {
      const { status, body } = await service.anyone.as({ clientKey: apiToken }).post(`/auth/${user[name]}`)
      expect(status).toBe(201)
      expect(body).toMatchObject({ token: expect.any(String), token_type: 'Bearer', user_id: user[name] })
      expect(Date.parse(body.expires_at)).toBeGreaterThan(Date.now())
      jwt[name] = body.token
    }
  })

  it('Room: there is an API to create a room, with the JWT as Bearer token', async () => {
    const { status, body } = await service.anyone
      .as({ authorization: `Bearer ${jwt['ann']}` })
      .post('/room', { name: 'r1' })
    expect(status).toBe(201)
    expect(body).toMatchObject({ name: 'r1', type: 'group', access: 'open', created_by: user['ann'], member_count: 1 })
    room_id = body.room_id
  })

  it('…or with clientKey: api_token.user_id instead of a JWT, from the backend', async () => {
    const { status, body } = await service.anyone.as({ clientKey: `${apiToken}.${user['ann']}` }).get('/room')
    expect(status).toBe(200)
    expect(body.items.map((room: { room_id: string }) => room.room_id)).toEqual([room_id])
  })

  it("Receive Message: join the room by sending to 'join_room', by JWT or by clientKey", async () => {
    ann = await service.socket({ auth: { token: jwt['ann'] } })
    bob = await service.socket({ extraHeaders: { clientKey: `${apiToken}.${user['bob']}` } })
    for (const socket of [ann, bob]) {
      const answer = await socket.ask('join_room', { room_id, text_message: 'r1' })
      expect(answer).toMatchObject({ ok: true, room: { room_id }, last_seq: 0, complete: true })
    }
    expect(await ann.next('member_joined')).toEqual([{ room_id, user_id: user['bob'], display_name: 'bob' }])
  })

  it("Send Message: the 'send_message' event, and everybody hears 'new_message'", async () => {
    const answer = await ann.ask('send_message', { room_id, text_message: 'r1' })
    expect(answer).toMatchObject({ ok: true, message: { room_id, seq: 1, text_message: 'r1' } })
    expect(answer.message.sender).toEqual({ user_id: user['ann'], display_name: 'ann', name: 'ann', img_url: null })
    expect(await bob.next('new_message')).toEqual([answer.message])
    expect(await ann.next('new_message')).toEqual([answer.message])
  })

  it('…or the API {host}/room/{room_id}/message/send', async () => {
    const bearer = service.anyone.as({ authorization: `Bearer ${jwt['bob']}` })
    const { status, body } = await bearer.post(`/room/${room_id}/message/send`, { text_message: 'by REST' })
    expect(status).toBe(201)
    expect(body).toMatchObject({ seq: 2, text_message: 'by REST' })
    expect((await ann.next('new_message', 2))[1]).toEqual(body)
  })
})
