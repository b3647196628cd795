/**
 * Nobody waits for another tenant: what takes longer while that one is busy tells that it is there, and lets one stop
 * the other. So everything of theirs is locked, sends of theirs hang in all their rooms, and every call must still come
 * through.
 */
import { Client } from 'pg'
import { rowsOf } from '../support/database.js'
import { startService, type Service } from '../support/service.js'
import { call } from './answers.js'
import { tenantRoutes, type RouteInfo } from './routes.js'
import { tenantTables } from './rows.js'
import { eventSamples, shapesOf } from './samples.js'
import { filled, mixtures, slotsOf } from './slots.js'
import { makeWorld, type World } from './world.js'

describe('while another tenant is busy in all its rooms', () => {
  let service: Service
  let routes: RouteInfo[]
  let theirs: World
  let mine: World
  let lock: Client
  let hanging: Promise<unknown>[]
  let ended = 0

  beforeAll(async () => {
    service = await startService({ DATABASE_POOL: '12' })
    routes = await tenantRoutes(service)
    theirs = await makeWorld(service, 'Azure', 60)
    mine = await makeWorld(service, 'Beige')
    lock = new Client({ connectionString: service.databaseUrl })
    await lock.connect()
    await lockAll(theirs)
    const send = async (room: string) => {
      await theirs.tenant.backend.post(`/room/${room}/message/send`, { text_message: 'waits' })
      ended++
    }
    hanging = Object.values(theirs.rooms).map(send)
    await untilWaiting(hanging.length)
  })
  afterAll(async () => {
    await lock.query('ROLLBACK')
    await lock.end()
    await Promise.all(hanging)
    await service.stop()
  })

  /** Every row of theirs, and the lock under which who is in a room is changed. */
  async function lockAll({ tenant, rooms }: World): Promise<void> {
    await lock.query('BEGIN')
    for (const table of await tenantTables(service.databaseUrl)) {
      await lock.query(`SELECT FROM ${table} WHERE tenant_id = $1 FOR UPDATE`, [tenant.tenantId])
    }
    const memberLock = 'SELECT pg_advisory_xact_lock(hashtextextended($1, 0))'
    for (const room of Object.values(rooms)) await lock.query(memberLock, [room])
  }

  /** Sends that were let through to the database, and hang there. */
  async function untilWaiting(count: number): Promise<void> {
    const sql = `SELECT count(*)::int AS count FROM pg_stat_activity
      WHERE datname = current_database() AND wait_event_type = 'Lock'`
    let waiting = 0
    while (waiting < count) waiting = (await rowsOf<{ count: number }>(service.databaseUrl, sql))[0]!.count
  }

  it('every REST call with their ids is answered', async () => {
    for (const route of routes) {
      for (const shape of shapesOf(route)) {
        for (const hand of Object.values(theirs.hands)) {
          const picks = mixtures(shape, mine.hands.open, hand).at(-1)?.theirs
          // Where no id can be said, nothing is theirs; and logging out would be the end of this test.
          if (!picks) continue
          for (const credential of [mine.user.rest, mine.tenant.backend]) {
            expect((await call(credential, route, filled(shape, picks))).status).toBeLessThan(500)
          }
        }
      }
    }
    expect(ended).toBe(0)
  })

  it('every event with their ids is acknowledged', async () => {
    const socket = await mine.user.socket()
    for (const [event, samples] of eventSamples) {
      for (const body of samples) {
        for (const hand of Object.values(theirs.hands)) {
          const picks = slotsOf(body).map(({ kind }) => hand(kind))
          const answer = await socket.ask(event, filled({ body }, picks).body)
          expect(answer.ok || answer.error.status < 500).toBe(true)
        }
      }
    }
    expect(ended).toBe(0)
  })
})
