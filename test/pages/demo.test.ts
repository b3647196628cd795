/** Who comes to the demo, and comes again. */
import { DemoTenant } from '../../src/pages/demo/demo-tenant.js'
import { badField, noId, problem } from '../support/problems.js'
import { startService, type Service } from '../support/service.js'

let service: Service

beforeAll(async () => {
  service = await startService()
})
afterAll(() => service.stop())

const enter = (body: object, at = service) => at.anyone.post('/demo/session', body)

const as = ({ token }: { token: string }, at = service) => at.anyone.as({ authorization: `Bearer ${token}` })

const textsIn = async (person: { token: string }, roomId: string): Promise<string[]> =>
  (await as(person).get(`/room/${roomId}/message`)).body.items.map((item: any) => item.text_message)

describe('POST /demo/session', () => {
  describe('201', () => {
    it('makes somebody new, who is in the rooms of everybody and finds something there', async () => {
      const { status, body: eve } = await enter({ name: 'Eve' })
      expect(status).toBe(201)
      expect(eve).toEqual({
        tenant_id: expect.any(String),
        user_id: expect.any(String),
        display_name: 'Eve',
        token: expect.any(String),
        expires_at: expect.any(String),
        session_secret: expect.any(String),
        room_id: expect.any(String),
        stream_id: expect.any(String),
        stream_room_id: expect.any(String),
      })
      expect((await as(eve).get('/user/me')).body).toMatchObject({ user_id: eve.user_id, role: 'user' })
      const { items } = (await as(eve).get('/room')).body
      expect(items.map((room: any) => room.name).sort()).toEqual(['Random', 'Welcome'])
      expect(items.find((room: any) => room.room_id === eve.room_id).name).toBe('Welcome')
      for (const { room_id } of items) expect((await textsIn(eve, room_id)).length).toBeGreaterThan(1)
    })

    it('lets them talk with whoever else came, and watch what is live', async () => {
      const [eve, dan] = [(await enter({ name: 'Eve' })).body, (await enter({ name: 'Dan' })).body]
      const socket = await service.socket({ auth: { token: dan.token } })
      expect(await socket.ask('join_room', { room_id: dan.room_id })).toMatchObject({ ok: true })
      const sent = await as(eve).post(`/room/${eve.room_id}/message/send`, { text_message: 'Hello Dan' })
      expect(sent.status).toBe(201)
      expect(await socket.next('new_message')).toMatchObject([{ text_message: 'Hello Dan' }])
      const stream = await service.plain(`/ws/chat/${dan.stream_id}?token=${dan.token}`)
      expect(stream).toBeDefined()
      expect((await textsIn(dan, dan.stream_room_id)).length).toBeGreaterThan(0)
    })

    it('makes another user for the same name, for a name is no password', async () => {
      const [one, other] = [(await enter({ name: 'Eve' })).body, (await enter({ name: 'Eve' })).body]
      expect(one.user_id).not.toBe(other.user_id)
      expect(one.session_secret).not.toBe(other.session_secret)
    })

    it('gives who shows their secret a new token of the same user', async () => {
      const { body: eve } = await enter({ name: 'Eve' })
      const { status, body: again } = await enter({
        name: 'Eve',
        user_id: eve.user_id.toUpperCase(),
        session_secret: eve.session_secret,
      })
      expect(status).toBe(201)
      expect(again).toEqual({ ...eve, token: expect.any(String), expires_at: expect.any(String) })
      expect((await as(again).get('/user/me')).body.user_id).toBe(eve.user_id)
    })

    it('is the same on every node, of which none makes a second room', async () => {
      const node = await service.another()
      try {
        const { body: eve } = await enter({ name: 'Eve' })
        const { user_id, session_secret } = eve
        const there = await enter({ name: 'Eve', user_id, session_secret }, node)
        expect(there.body).toMatchObject({ user_id, room_id: eve.room_id, stream_room_id: eve.stream_room_id })
        expect(await textsIn(eve, eve.room_id)).toEqual([...new Set(await textsIn(eve, eve.room_id))])
      } finally {
        await node.stop()
      }
    })

    it('is there once, however many nodes find nothing at once', async () => {
      const { body: eve } = await enter({ name: 'Eve' })
      const nodes = [await service.another(), await service.another()]
      try {
        await service.operator.delete(`/admin/tenant/${eve.tenant_id}`)
        const anew = await Promise.all(
          nodes.flatMap((node) => [enter({ name: 'A' }, node), enter({ name: 'B' }, node)]),
        )
        expect(anew.map(({ status }) => status)).toEqual([201, 201, 201, 201])
        expect(new Set(anew.map(({ body }) => body.room_id)).size).toBe(1)
        expect(new Set(anew.map(({ body }) => body.stream_room_id)).size).toBe(1)
        // The node that knew it before looks again when it finds nobody there.
        await enter({ name: 'C' })
        expect((await enter({ name: 'C' })).body.room_id).toBe(anew[0]!.body.room_id)
      } finally {
        for (const node of nodes) await node.stop()
      }
    })
  })

  describe('400', () => {
    it.each([{}, { name: '' }, { name: 'x'.repeat(51) }, { name: 5 }])('refuses %j', async (body) => {
      expect(await enter(body)).toMatchObject(badField('name'))
    })

    it('refuses a user_id that is none', async () => {
      expect(await enter({ name: 'Eve', user_id: 'x' })).toMatchObject(badField('user_id'))
    })
  })

  describe('401', () => {
    it('gives nobody another’s token', async () => {
      const [eve, dan] = [(await enter({ name: 'Eve' })).body, (await enter({ name: 'Dan' })).body]
      const refused = problem(401, 'token_invalid')
      for (const session_secret of [dan.session_secret, '', 'x', undefined]) {
        const secret = session_secret === undefined ? {} : { session_secret }
        const answer = await enter({ name: 'Eve', user_id: eve.user_id, ...secret })
        expect(answer).toMatchObject(session_secret === '' ? badField('session_secret') : refused)
      }
    })

    it('does not know Ann and Bob, who have no secret, nor who is no more', async () => {
      const { users } = await service.app.get(DemoTenant).ensure()
      expect(await enter({ name: 'Ann', user_id: users.ann, session_secret: 'x' })).toMatchObject(
        problem(401, 'token_invalid'),
      )
      expect(await enter({ name: 'Ann', user_id: noId(), session_secret: 'x' })).toMatchObject(
        problem(401, 'token_invalid'),
      )
    })
  })

  describe('404', () => {
    it('is not there when the demo is off', async () => {
      const node = await service.another({ DEMO: 'off' })
      try {
        expect(await enter({ name: 'Eve' }, node)).toMatchObject(problem(404, 'route_not_found'))
      } finally {
        await node.stop()
      }
    })
  })

  describe('429', () => {
    const limits = { RATE_LIMITS: 'on', RATE_REGISTER_BURST: '2', RATE_ADDRESS_BURST: '3', TRUST_PROXY: '127.0.0.1' }

    it('refuses an address that makes too many, and never who was here before', async () => {
      const node = await service.another(limits)
      const from = (address: string, body: object) =>
        node.anyone.post('/demo/session', body, { headers: { 'x-forwarded-for': address } })
      try {
        const { body: eve } = await from('198.18.1.1', { name: 'Eve' })
        await from('198.18.1.1', { name: 'Dan' })
        expect(await from('198.18.1.1', { name: 'Kim' })).toMatchObject(problem(429, 'rate_limited'))
        expect((await from('198.18.1.2', { name: 'Kim' })).status).toBe(201)
        const { user_id, session_secret } = eve
        expect((await from('198.18.1.1', { name: 'Eve', user_id, session_secret })).status).toBe(201)
        const guess = () => from('198.18.1.3', { name: 'Eve', user_id, session_secret: 'a guess' })
        for (const _ of [1, 2, 3]) expect((await guess()).status).toBe(401)
        expect(await guess()).toMatchObject(problem(429, 'rate_limited'))
      } finally {
        await node.stop()
      }
    })

    it('slows who comes again and again, as who logs in', async () => {
      const node = await service.another({ ...limits, RATE_LOGIN_BURST: '2' })
      const from = (address: string, body: object) =>
        node.anyone.post('/demo/session', body, { headers: { 'x-forwarded-for': address } })
      try {
        const { name, user_id, session_secret } = { name: 'Eve', ...(await from('198.18.1.4', { name: 'Eve' })).body }
        const again = (address: string) => from(address, { name, user_id, session_secret })
        for (const _ of [1, 2]) expect((await again('198.18.1.4')).status).toBe(201)
        expect(await again('198.18.1.4')).toMatchObject(problem(429, 'rate_limited'))
        expect((await again('198.18.1.5')).status).toBe(201)
      } finally {
        await node.stop()
      }
    })
  })
})
