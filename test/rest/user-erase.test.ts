/** A person is given all that is kept about them, and forgotten. */
import { PersonalData } from '../../src/users/personal-data.js'
import { rowsOf } from '../support/database.js'
import { badField, itAsksWhoCalls, itIsLimited, limitsOn, noId, problem } from '../support/problems.js'
import { startService, type Service, type TestTenant, type TestUser } from '../support/service.js'
import { until } from '../support/until.js'

let service: Service
let tenant: TestTenant
let ann: TestUser
let bob: TestUser
let admin: TestUser
let room: string
const running = () => service

const names = {
  external_id: 'crm-4711',
  username: 'annabell',
  display_name: 'Anna Bell',
  email: 'anna@acme.example',
  phone: '+49 30 12345',
  img_url: 'https://cdn.acme.example/anna-bell.png',
  metadata: { street: 'Annaweg' },
}

beforeAll(async () => {
  service = await startService(limitsOn)
  tenant = await service.tenant()
  bob = await tenant.user({ display_name: 'Bob' })
  admin = await tenant.user({ role: 'admin' })
})
beforeEach(async () => {
  ann = await tenant.user(names)
  room = await tenant.room([bob, ann], { name: 'Everybody' })
})
afterEach(async () => {
  await tenant.backend.post(`/user/${ann.userId}/erase`)
})
afterAll(() => service.stop())

const erase = (userId: string) => tenant.backend.post(`/user/${userId}/erase`)
const historyOf = async (who: TestUser, roomId = room) => (await who.rest.get(`/room/${roomId}/message`)).body.items

describe('GET /user/:user_id/export', () => {
  describe('200', () => {
    it('is everything that is kept about the person, to them, the backend and admins', async () => {
      const first = await ann.send(room, 'Hello', { file_url: 'https://cdn.acme.example/passport.pdf' })
      await ann.rest.patch(`/room/${room}/message/${first.message_id}`, { text_message: 'Hello all' })
      const theirs = await bob.send(room, 'Hi Ann')
      await ann.rest.put(`/room/${room}/message/${theirs.message_id}/reaction/${encodeURIComponent('👍')}`)
      await ann.rest.post('/friend', { friend_id: bob.userId })
      const today = new Date().toISOString().slice(0, 10)
      for (const rest of [ann.rest, tenant.backend, admin.rest]) {
        const { status, headers, body } = await rest.get(`/user/${ann.userId}/export`)
        expect(status).toBe(200)
        expect(headers.get('content-type')).toMatch('application/json')
        expect(body).toMatchObject({
          profile: { user_id: ann.userId, ...names },
          friends: [{ user_id: bob.userId, status: 'pending', requested_by: ann.userId }],
          rooms: [{ room_id: room, name: 'Everybody', room_role: 'member' }],
          messages: [
            { message_id: first.message_id, text_message: 'Hello all', edits: [{ text_message: 'Hello', rev: 1 }] },
          ],
          reactions: [{ message_id: theirs.message_id, emoji: '👍' }],
          passwords: [],
          activity: [{ month: `${today.slice(0, 7)}-01`, days: [today] }],
        })
        expect(body.messages).toHaveLength(1)
        expect(JSON.stringify(body)).not.toContain('Hi Ann')
      }
    })

    it('is of any size, and of every room', async () => {
      const other = await tenant.room([ann])
      await rowsOf(
        service.databaseUrl,
        `INSERT INTO tb_messages (tenant_id, room_id, seq, message_id, user_id, type, content, created_at)
         SELECT $1, r, seq, gen_random_uuid(), $2, 'text', format('%s %s', r, seq), now()
         FROM unnest($3::uuid[]) r, generate_series(1, 1300) seq`,
        [tenant.tenantId, ann.userId, [room, other]],
      )
      const { body } = await ann.rest.get(`/user/${ann.userId}/export`)
      const told = body.messages.map(({ text_message }: any) => text_message)
      expect(new Set(told).size).toBe(2600)
      expect(told).toHaveLength(2600)
    })

    it('tells nothing of who blocked the person', async () => {
      await bob.rest.post(`/friend/${ann.userId}/block`)
      expect((await ann.rest.get(`/user/${ann.userId}/export`)).body.friends).toEqual([])
      expect((await bob.rest.get(`/user/${bob.userId}/export`)).body.friends).toContainEqual(
        expect.objectContaining({ user_id: ann.userId, status: 'blocked' }),
      )
      await bob.rest.post(`/friend/${ann.userId}/unblock`)
    })
  })

  describe('400', () => {
    it('wants a UUID', async () => {
      expect(await tenant.backend.get('/user/ann/export')).toMatchObject(badField('user_id'))
    })
  })

  describe('401', () => {
    itAsksWhoCalls(running, (rest) => rest.get(`/user/${ann.userId}/export`))
  })

  describe('403', () => {
    it('is nobody else’s', async () => {
      expect(await bob.rest.get(`/user/${ann.userId}/export`)).toMatchObject(problem(403, 'forbidden'))
    })
  })

  describe('404', () => {
    it('finds no user that is not there', async () => {
      expect(await tenant.backend.get(`/user/${noId()}/export`)).toMatchObject(problem(404, 'user_not_found'))
    })
  })

  describe('429', () => {
    itIsLimited(running, (rest) => rest.get(`/user/${noId()}/export`))
  })
})

describe('POST /user/:user_id/erase', () => {
  describe('204', () => {
    it('leaves nothing in the database that tells who it was', async () => {
      const sent = await ann.send(room, 'I am Anna Bell, write to anna@acme.example', {
        file_url: 'https://cdn.acme.example/annabell-cv.pdf',
        metadata: { from: 'annabell' },
        client_message_id: 'annabell-1',
      })
      await ann.rest.patch(`/room/${room}/message/${sent.message_id}`, { text_message: 'I am ANNA BELL (annabell)' })
      await bob.send(room, 'Call Anna Bell: +49 30 12345 or @annabell', { mentions: [ann.userId] })
      await ann.rest.post('/friend', { friend_id: bob.userId })
      expect((await erase(ann.userId)).status).toBe(204)

      const tables = await rowsOf<{ name: string }>(
        service.databaseUrl,
        `SELECT table_name AS name FROM information_schema.columns WHERE column_name = 'tenant_id' AND table_schema = 'public'`,
      )
      for (const { name } of tables) {
        const rows = await rowsOf<{ row: string }>(
          service.databaseUrl,
          `SELECT t::text AS row FROM ${name} t WHERE tenant_id = $1 AND t::text ~* 'anna|crm-4711|30 12345'`,
          [tenant.tenantId],
        )
        expect({ name, rows }).toEqual({ name, rows: [] })
      }
      for (const q of ['anna', 'bell', '"anna bell"', 'annabell', '12345']) {
        expect((await bob.rest.get(`/search?q=${encodeURIComponent(q)}`)).body.items).toEqual([])
      }
    })

    it('keeps rooms readable: what was said stays in its place, from nobody', async () => {
      await ann.send(room, 'Lunch at one?')
      await bob.send(room, 'Yes')
      const secret = await tenant.room([bob, ann], { type: 'private' })
      await ann.send(secret, 'Just us')
      await erase(ann.userId)
      const sender = { user_id: ann.userId, display_name: 'Deleted user', img_url: null }
      expect(await historyOf(bob)).toMatchObject([
        { seq: 1, text_message: 'Lunch at one?', sender },
        { seq: 2, text_message: 'Yes', sender: { display_name: 'Bob' } },
      ])
      expect(await historyOf(bob, secret)).toMatchObject([{ text_message: 'Just us', sender }])
      const { items } = (await bob.rest.get(`/room/${room}/member`)).body
      expect(items.map(({ user_id }: any) => user_id)).toEqual([bob.userId])
      expect((await tenant.backend.get(`/user/${ann.userId}`)).body).toMatchObject({
        status: 'delete',
        display_name: 'Deleted user',
        external_id: null,
        username: null,
        email: null,
      })
    })

    it('is told to whoever listens, and ends the person’s sockets and tokens', async () => {
      const { message_id } = await ann.send(room, 'annabell was here')
      const [anns, bobs] = [await ann.socket(), await bob.socketIn(room)]
      await erase(ann.userId)
      await anns.disconnected()
      expect(await ann.rest.get('/user/me')).toMatchObject(problem(403, 'user_locked'))
      expect(await bobs.next('message_updated')).toMatchObject([
        { message: { message_id, rev: 1, text_message: '[erased] was here', edited_at: null } },
      ])
      expect(await bobs.next('member_left')).toMatchObject([{ room_id: room, user_id: ann.userId }])
    })

    it('hands rooms over that were theirs, and ends what was between them and others', async () => {
      const own = await tenant.room([ann, bob])
      await ann.rest.post('/friend', { friend_id: bob.userId })
      await bob.rest.post(`/friend/${ann.userId}/accept`)
      await erase(ann.userId)
      expect((await bob.rest.get(`/room/${own}/member`)).body.items).toMatchObject([
        { user_id: bob.userId, room_role: 'owner' },
      ])
      expect((await bob.rest.get('/friend')).body.items).toEqual([])
    })

    it('takes what was in rooms of any number of messages, once each, in whatever state', async () => {
      const deleted = await ann.send(room, 'annabell deleted')
      await ann.rest.delete(`/room/${room}/message/${deleted.message_id}`)
      await rowsOf(
        service.databaseUrl,
        `WITH stored AS (
           INSERT INTO tb_messages (tenant_id, room_id, seq, message_id, user_id, type, content, created_at)
           SELECT $1, $2, seq, gen_random_uuid(), $3, 'text', 'from annabell', now() FROM generate_series(2, 1201) seq)
         UPDATE tb_chat_rooms SET last_seq = 1201 WHERE chat_room_id = $2`,
        [tenant.tenantId, room, ann.userId],
      )
      await tenant.backend.patch(`/room/${room}`, { archived: true })
      await erase(ann.userId)
      const { body } = await bob.rest.get(`/room/${room}`)
      expect(body).toMatchObject({ last_seq: 1201, last_rev: 1201 })
      const [{ count }] = await rowsOf<any>(
        service.databaseUrl,
        `SELECT count(*)::int FROM tb_messages WHERE room_id = $1 AND content = 'from [erased]'`,
        [room],
      )
      expect(count).toBe(1200)
    })

    it('may be asked again, and cannot be undone; the names are free for somebody else', async () => {
      await erase(ann.userId)
      expect((await admin.rest.post(`/user/${ann.userId}/erase`)).status).toBe(204)
      for (const change of [{ status: 'active' }, { display_name: 'Anna' }]) {
        expect(await tenant.backend.patch(`/user/${ann.userId}`, change)).toMatchObject(problem(409, 'user_erased'))
      }
      const { status, body } = await tenant.backend.post('/user', { external_id: names.external_id })
      expect([status, body.user_id === ann.userId]).toEqual([201, false])
      await erase(body.user_id)
    })

    it('goes on at the next start where it was broken off', async () => {
      await ann.send(room, 'annabell')
      await rowsOf(
        service.databaseUrl,
        `UPDATE tb_users SET flag_delete = 'delete', erasing = true WHERE user_id = $1`,
        [ann.userId],
      )
      const next = await service.another()
      const isErased = async () => {
        const sql = 'SELECT 1 FROM tb_users WHERE user_id = $1 AND erased_at IS NOT NULL AND NOT erasing'
        return (await rowsOf(service.databaseUrl, sql, [ann.userId])).length === 1
      }
      expect(await until(isErased, 'the erasure')).toBe(true)
      await next.stop()
      expect(await historyOf(bob)).toMatchObject([{ text_message: '[erased]' }])
    })

    it('asked again takes nobody’s name: others may say “Deleted user”', async () => {
      await erase(ann.userId)
      const { message_id } = await bob.send(room, 'Who is @Deleted user, the Deleted user 1?', {
        client_message_id: 'x',
      })
      await erase(ann.userId)
      expect((await historyOf(bob))[0]).toMatchObject({
        message_id,
        rev: 0,
        text_message: expect.stringMatching('Deleted'),
      })
    })

    it('one that fails keeps no other from going on, at the next start and now and then', async () => {
      const people = [ann, await tenant.user(), await tenant.user()].map(({ userId }) => userId)
      const isErased = (userId: string) => async () => {
        const sql = 'SELECT 1 FROM tb_users WHERE user_id = $1 AND erased_at IS NOT NULL AND NOT erasing'
        return (await rowsOf(service.databaseUrl, sql, [userId])).length === 1
      }
      const sick = `CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'sick'; END $$;
        CREATE TRIGGER sick BEFORE UPDATE ON tb_users FOR EACH ROW WHEN (NEW.user_id = '${people[0]}' AND NOT NEW.erasing)
          EXECUTE FUNCTION fail()`
      const begin = `UPDATE tb_users SET flag_delete = 'delete', erasing = true WHERE user_id = ANY ($1)`
      await rowsOf(service.databaseUrl, begin, [people.slice(0, 2)])
      await rowsOf(service.databaseUrl, sick)
      const next = await service.another({ RETENTION_INTERVAL_MS: '100' })
      await until(isErased(people[1]!), 'the other one')
      await rowsOf(service.databaseUrl, begin, [people.slice(2)])
      await until(isErased(people[2]!), 'the one that was broken off later')
      await rowsOf(service.databaseUrl, 'DROP TRIGGER sick ON tb_users')
      await until(isErased(people[0]!), 'the one that failed')
      await next.stop()
    })

    it('forgets no table: of each that points to a user somebody says what becomes of it', async () => {
      const rows = await rowsOf<{ name: string }>(
        service.databaseUrl,
        `SELECT DISTINCT conrelid::regclass::text AS name FROM pg_constraint
         WHERE contype = 'f' AND confrelid = 'tb_users'::regclass ORDER BY 1`,
      )
      expect(service.app.get(PersonalData).tables.toSorted()).toEqual(rows.map(({ name }) => name))
    })
  })

  describe('400', () => {
    it('wants a UUID', async () => {
      expect(await tenant.backend.post('/user/ann/erase')).toMatchObject(badField('user_id'))
    })
  })

  describe('401', () => {
    itAsksWhoCalls(running, (rest) => rest.post(`/user/${ann.userId}/erase`))
  })

  describe('403', () => {
    it('is for the backend and admins, and not about oneself', async () => {
      for (const { rest } of [ann, bob]) {
        expect(await rest.post(`/user/${ann.userId}/erase`)).toMatchObject(problem(403, 'forbidden'))
      }
      expect(await admin.rest.post(`/user/${admin.userId}/erase`)).toMatchObject(problem(403, 'forbidden'))
    })
  })

  describe('404', () => {
    it('finds no user that is not there', async () => {
      expect(await erase(noId())).toMatchObject(problem(404, 'user_not_found'))
    })
  })

  describe('429', () => {
    itIsLimited(running, (rest) => rest.post(`/user/${noId()}/erase`))
  })
})
