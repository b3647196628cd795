/** No two transactions wait for each other: everything that locks rows, at once, on two nodes, on few rows. */
import { Client } from 'pg'
import { ChatError } from '../../src/contract/errors.js'
import { TenantsRepository } from '../../src/tenants/tenants.repository.js'
import { UsersService } from '../../src/users/users.service.js'
import { add, deedNames, doSomething, makeCrowd, personOf, send, type Crowd } from '../support/crowd.js'
import { freshDatabase, rowsOf } from '../support/database.js'
import { startService, type Service } from '../support/service.js'
import { until } from '../support/until.js'
import { inForm } from './form.js'

const seconds = inForm(4, 60)

let database: Awaited<ReturnType<typeof freshDatabase>>
let nodes: Service[]
const ask = <Row>(sql: string, values?: unknown[]): Promise<Row[]> => rowsOf<Row>(database.url, sql, values)

beforeEach(async () => {
  database = await freshDatabase()
  const name = new URL(database.url).pathname.slice(1)
  await ask(`ALTER DATABASE ${name} SET deadlock_timeout = '10ms'`)
  const settings = { DATABASE_URL: database.url, DATABASE_POOL: '12' }
  nodes = [await startService(settings), await startService(settings)]
  await ask(everythingIsOld)
})
afterEach(async () => {
  await stopAll()
  await database.drop()
})

/** So that retention always has something to do. */
const everythingIsOld = `
  CREATE FUNCTION age() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN NEW.created_at := NEW.created_at - interval '2 days'; RETURN NEW; END $$;
  CREATE TRIGGER age BEFORE INSERT ON tb_messages FOR EACH ROW EXECUTE FUNCTION age()`

async function stopAll(): Promise<void> {
  for (const node of nodes.splice(0)) await node.stop()
}

/** Ends the nodes: connections tell what they counted when they end. */
async function deadlocks(): Promise<number> {
  await stopAll()
  const sql = 'SELECT deadlocks::int FROM pg_stat_database WHERE datname = current_database()'
  return (await ask<{ deadlocks: number }>(sql))[0]!.deadlocks
}

/** What was done, and what failed otherwise than by a refusal. */
interface Record {
  done: Set<string>
  failed: { name: string; error: unknown }[]
}

async function note({ done, failed }: Record, name: string, work: Promise<unknown>): Promise<void> {
  try {
    await work
    done.add(name)
  } catch (error) {
    if (!(error instanceof ChatError)) failed.push({ name, error })
  }
}

/** As many at once as this, until it is over. */
const keepBusy = (record: Record, crowd: Crowd, many: number, isOver: () => boolean): Promise<unknown> =>
  Promise.all(
    Array.from({ length: many }, async () => {
      while (!isOver()) {
        const { name, done } = doSomething(nodes, crowd)
        await note(record, name, done)
      }
    }),
  )

const clock = (forSeconds = seconds): (() => boolean) => {
  const endMs = Date.now() + forSeconds * 1000
  return () => Date.now() > endMs
}

it('whatever is done at once', async () => {
  const record: Record = { done: new Set(), failed: [] }
  const [isLong, isTooLong] = [clock(), clock(5 * seconds)]
  // On a slow machine some of it comes about late: an edit wants a message of the backend's among the newest.
  const isOver = (): boolean => isTooLong() || (isLong() && record.done.size === deedNames.length)
  await keepBusy(record, await makeCrowd(nodes[0]!, 5, 3), 24, isOver)
  expect(await deadlocks()).toBe(0)
  expect(record.failed).toEqual([])
  expect([...record.done].toSorted()).toEqual(deedNames.toSorted())
})

it('and while their tenant is deleted, though it was not suspended before', async () => {
  const record: Record = { done: new Set(), failed: [] }
  for (const isOver = clock(); !isOver();) {
    const crowd = await makeCrowd(nodes[0]!, 4, 2)
    let deleted = false
    const busy = keepBusy(record, crowd, 16, () => deleted)
    const remove = () => nodes[0]!.app.get(TenantsRepository).delete(crowd.backend.tenantId)
    await note(record, 'delete', remove())
    deleted = true
    await busy
    // Broken off by what was made meanwhile, it goes on when it is asked again.
    await remove()
  }
  expect(await deadlocks()).toBe(0)
  // What was made for the tenant between two steps of its deletion.
  const dangling = expect.objectContaining({ code: '23503' })
  for (const { error } of record.failed) expect(error).toEqual(dangling)
})

/**
 * PostgreSQL lets a row that a foreign key points to be changed meanwhile; but then whoever waits for that row goes back
 * to its old version, and so two senders would wait for each other: an addition must lock the room as they do.
 */
it('two sends that wait for a room to which somebody is added', async () => {
  const crowd = await makeCrowd(nodes[0]!, 3, 1)
  const [room, [ann, bob, carol]] = [crowd.rooms[0]!, crowd.people as [string, string, string]]
  const [holder, busy] = [new Client(database.url), new Client(database.url)]
  for (const client of [holder, busy]) {
    client.on('error', () => undefined)
    await client.connect().then(() => client.query('BEGIN'))
  }
  await ask('DELETE FROM tb_user_room WHERE user_id = $1', [carol])

  await holder.query('SELECT FROM tb_users WHERE user_id = $1 FOR UPDATE', [carol])
  const adding = add(nodes[0]!, crowd, room, [carol])
  await untilWaiting(1)
  let changed = false
  const changing = busy
    .query('UPDATE tb_chat_rooms SET last_seq = last_seq + 1 WHERE chat_room_id = $1', [room])
    .then(() => (changed = true))
  await until(async () => changed || (await waiting()) === 2, 'the change of the room')
  const sends = [send(nodes[0]!, personOf(crowd, ann), room), send(nodes[1]!, personOf(crowd, bob), room)]
  await untilWaiting(changed ? 3 : 4)

  if (changed) await busy.query('COMMIT').then(() => Promise.allSettled(sends))
  await holder.query('ROLLBACK')
  await Promise.all([adding, changing.then(() => busy.query('COMMIT')), ...sends])
  await Promise.all([holder.end(), busy.end()])
  expect(await deadlocks()).toBe(0)
})

/** Whoever takes a name that is just being deleted waits for its deletion: that must not come to wait for them. */
it('a user who takes the name of another while their tenant is deleted', async () => {
  const { tenantId } = await nodes[0]!.tenant()
  const users = nodes[0]!.app.get(UsersService)
  await users.upsert({ kind: 'backend', tenantId }, { external_id: 'taken' })
  const { user } = await users.upsert({ kind: 'backend', tenantId }, {})
  const taker = new Client(database.url)
  await taker.connect().then(() => taker.query('BEGIN'))
  await taker.query('SELECT FROM tb_users WHERE user_id = $1 FOR UPDATE', [user.user_id])
  const deleting = nodes[0]!.app.get(TenantsRepository).delete(tenantId)
  await untilWaiting(1)
  const taking = taker.query("UPDATE tb_users SET external_id = 'taken' WHERE user_id = $1", [user.user_id])
  const [taken] = await Promise.allSettled([taking])
  await taker.end()
  await deleting
  expect(taken).toMatchObject({ status: 'rejected', reason: { code: '23505' } })
  expect(await deadlocks()).toBe(0)
})

async function waiting(): Promise<number> {
  const sql = `SELECT count(*)::int AS count FROM pg_stat_activity
    WHERE datname = current_database() AND wait_event_type = 'Lock'`
  return (await ask<{ count: number }>(sql))[0]!.count
}

const untilWaiting = (count: number): Promise<unknown> =>
  until(async () => (await waiting()) === count, `${count} who wait`)
