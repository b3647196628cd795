/** What scripts/backup writes brings a deployment back on another server: nothing lost, and nothing told twice. */
import { execFileSync } from 'node:child_process'
import { appendFileSync, existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { startEmbeddedPostgres } from '../../src/infra/database/embedded/index.js'
import { rowsOf } from '../support/database.js'
import { emptyFolder, endAll, killAll } from '../support/process.js'
import { Rest } from '../support/rest.js'
import { Node } from '../cluster/node.js'
import { live, seenBy, type Before } from './before.js'
import { debianPrograms, DebianPostgres, withPrograms } from './debian-postgres.js'

const describeWithDebian = debianPrograms ? describe : describe.skip
const whyNot = debianPrograms ? '' : ' (skipped: no pg_dump of PostgreSQL 15 or newer in /usr/lib/postgresql)'

/** Each starts two PostgreSQL and a service. */
jest.setTimeout(120_000)

let here: DebianPostgres
let there: DebianPostgres | undefined
let node: Node
let before: Before

/** Who owns what, who may do what, and what row-level security says of it. */
const rights = `
  SELECT c.relname, c.relowner::regrole::text AS owner, c.relrowsecurity, c.relforcerowsecurity, c.relacl::text,
    (SELECT json_agg(json_build_array(p.policyname, p.roles, p.cmd, p.qual) ORDER BY p.policyname)
     FROM pg_policies p WHERE p.tablename = c.relname) AS policies
  FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'
  UNION ALL SELECT proname, proowner::regrole::text, prosecdef, NULL, proacl::text, NULL FROM pg_proc
    WHERE proname = 'search_messages'
  ORDER BY 1`

const attributes = `SELECT rolname, rolcanlogin, rolsuper, rolcreaterole, rolbypassrls FROM pg_roles
  WHERE rolname LIKE 'parley%' ORDER BY 1`

/** An owner who is no superuser, as on a server that is somebody else's. */
const owner = 'CREATE ROLE parley LOGIN CREATEROLE'

beforeAll(async () => {
  if (!debianPrograms) return
  here = await DebianPostgres.start()
  await here.asks(owner)
  await here.asks('CREATE DATABASE parley OWNER parley')
  node = await new Node(here.url('parley')).start()
  before = await live(node.url)
})

afterEach(() => there?.stop())
afterAll(async () => {
  await killAll()
  await here?.stop()
  await endAll()
})

const dump = async (user: string): Promise<string> => {
  const folder = join(emptyFolder(), 'backup')
  await withPrograms('scripts/backup/dump.sh', [here.url(user), folder])
  return folder
}

describeWithDebian(`a backup${whyNot}`, () => {
  it.each(['postgres', 'parley'])(
    'that %s wrote while the service ran is the deployment, on an empty server',
    async (user) => {
      const folder = await dump(user)
      there = await DebianPostgres.start()
      await there.asks('CREATE DATABASE parley')
      await withPrograms('scripts/backup/restore.sh', [there.url(), folder])
      expect(await there.asks(rights, 'parley')).toEqual(await here.asks(rights, 'parley'))
      expect(await there.asks(attributes)).toEqual(await here.asks(attributes))

      const again = await new Node(there.url('parley')).start()
      const [ann, backend] = [new Rest(again.url, before.ann), new Rest(again.url, before.backend)]
      expect(await seenBy(ann, before.room)).toEqual(before.seen)
      expect(before.seen).toMatchObject([
        { status: 200 },
        { status: 200 },
        { status: 200 },
        { status: 200 },
        { status: 200 },
      ])
      expect((await backend.get('/user')).status).toBe(200)

      const send = (body: object) => ann.post(`/room/${before.room}/message/send`, body)
      expect(await send(before.lastSent)).toMatchObject({ status: 200, body: { seq: 3 } })
      expect(await send({ text_message: 'And on' })).toMatchObject({ status: 201, body: { seq: 4 } })
      await again.process.kill('SIGTERM')
    },
  )

  it('that failed leaves nothing that would be in the way of the next', async () => {
    const folder = join(emptyFolder(), 'backup')
    const error = await withPrograms('scripts/backup/dump.sh', [here.url('parley', 'none'), folder]).catch(
      (error: Error) => error,
    )
    expect(String(error)).toMatch(/database "none" does not exist/)
    expect(existsSync(folder)).toBe(false)
    await withPrograms('scripts/backup/dump.sh', [here.url('parley'), folder])
    expect(readdirSync(folder).sort()).toEqual(['parley.dump', 'roles.sql'])
  })

  it('is restored on a newer server whose first superuser has another name, with whom a role was granted to', async () => {
    const folder = await dump('postgres')
    // As pg_dumpall of 16 or newer writes it.
    const granted = `GRANT parley_service TO keeper WITH ADMIN OPTION, INHERIT FALSE, SET TRUE GRANTED BY "first; one";`
    const roles = [
      'CREATE ROLE keeper;',
      'CREATE ROLE "first; one";',
      'ALTER ROLE "first; one" WITH SUPERUSER;',
      granted,
    ]
    appendFileSync(join(folder, 'roles.sql'), `${roles.join('\n')}\n`)
    const newer = await startEmbeddedPostgres(emptyFolder())
    await withPrograms('scripts/backup/restore.sh', [newer.url, folder])
    const members = `SELECT admin_option, inherit_option, set_option FROM pg_auth_members
      WHERE roleid = 'parley_service'::regrole AND member = 'keeper'::regrole`
    expect(await rowsOf(newer.url, members)).toEqual([{ admin_option: true, inherit_option: false, set_option: true }])
    const people = 'SELECT user_id FROM tb_users ORDER BY 1'
    expect(await rowsOf(newer.url, people)).toEqual(await here.asks(people, 'parley'))
    await newer.stop()
  })

  it('is not restored over tables that are there', async () => {
    const folder = await dump('postgres')
    const error = await withPrograms('scripts/backup/restore.sh', [here.url(), folder]).catch((error: Error) => error)
    expect(String(error)).toMatch(/there are \d+ tables already/)
  })

  it('by pg_dump alone is refused to the owner, and lacks rows if it does not say for which tenants', async () => {
    const args = ['--data-only', '--table=tb_users', here.url('parley')]
    const error = await withPrograms('pg_dump', args).catch((error: Error) => error)
    expect(String(error)).toMatch(/row-level security/)
    const rows = async (more?: Record<string, string>): Promise<string> =>
      /^COPY [^\n]+\n([\s\S]*?)\\\.$/m.exec(
        await withPrograms('pg_dump', ['--enable-row-security', ...args], more),
      )![1]!
    expect(await rows()).toBe('')
    expect(await rows({ PGOPTIONS: '-c parley.tenants=*' })).toContain('Ann')
  })
})

it('the folder of the embedded PostgreSQL, copied while it is stopped, is the same database', async () => {
  const [folder, copy] = [emptyFolder(), emptyFolder()]
  const first = await startEmbeddedPostgres(folder)
  await rowsOf(first.url, 'CREATE TABLE kept AS SELECT 42 AS it')
  await first.stop()
  execFileSync('cp', ['-aL', `${folder}/.`, copy])
  const second = await startEmbeddedPostgres(copy)
  expect(await rowsOf(second.url, 'SELECT it FROM kept')).toEqual([{ it: 42 }])
  await second.stop()
})
