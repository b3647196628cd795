/** Who migrates and who serves: the role that the service takes is made, or a DBA is told how. */
import { randomBytes } from 'node:crypto'
import { Client } from 'pg'
import { ConfigError, loadConfig, type Config } from '../../src/infra/config.js'
import { migrate } from '../../src/infra/database/migrate.js'
import { emptyDatabase, rowsOf } from '../support/database.js'

const password = randomBytes(12).toString('hex')
const made: { name: string; isRole: boolean }[] = []
const databases: (() => Promise<void>)[] = []

const server = process.env['TEST_DATABASE_URL']!
const asAdmin = (sql: string): Promise<unknown> => rowsOf(server, sql)

const newName = (): string => {
  const name = `test_role_${randomBytes(6).toString('hex')}`
  made.push({ name, isRole: true })
  return name
}

async function login(attributes = ''): Promise<string> {
  const name = newName()
  await asAdmin(`CREATE ROLE ${name} LOGIN ${attributes} PASSWORD '${password}'`)
  return name
}

const urlAs = (url: string, user: string): string => {
  const as = new URL(url)
  as.username = user
  as.password = password
  return as.href
}

/** A database of this owner. */
async function databaseOf(owner: string): Promise<string> {
  const { url, drop } = await emptyDatabase()
  databases.push(drop)
  await asAdmin(`ALTER DATABASE ${new URL(url).pathname.slice(1)} OWNER TO ${owner}`)
  return url
}

const settings = (url: string, user: string, role: string, owner?: string): Config =>
  loadConfig(
    {
      DATABASE_URL: urlAs(url, user),
      DATABASE_ROLE: role,
      ...(owner && { MIGRATION_DATABASE_URL: urlAs(url, owner) }),
    },
    false,
  )

const refusalOf = async (config: Config): Promise<string> => {
  const error: unknown = await migrate(config).catch((error: unknown) => error)
  expect(error).toBeInstanceOf(ConfigError)
  return (error as ConfigError).message
}

async function asServed({ DATABASE_URL, DATABASE_ROLE }: Config, sql: string): Promise<object[]> {
  const client = new Client({ connectionString: DATABASE_URL, options: `-c role=${DATABASE_ROLE}` })
  await client.connect()
  try {
    return (await client.query<object>(sql)).rows
  } finally {
    await client.end()
  }
}

/** What the service sees of itself, and what it may do to the tables. */
async function served(config: Config): Promise<object> {
  const sql = `SELECT current_user AS role, (SELECT count(*)::int FROM pg_class WHERE pg_has_role(relowner, 'USAGE')) AS owned,
    (SELECT count(*)::int FROM tenants) AS tenants`
  return (await asServed(config, sql))[0]!
}

afterAll(async () => {
  for (const drop of databases) await drop()
  for (const { name } of made.reverse()) await asAdmin(`DROP ROLE IF EXISTS ${name}`)
})

describe('the extension unaccent', () => {
  const words = `SELECT to_tsvector('parley', 'Crème Brûlée')::text AS words`
  const expected = [{ words: `'brulee':2 'creme':1` }]

  it('is asked of a DBA, in SQL, by who may not make it', async () => {
    const [owner, url] = [await login('CREATEROLE'), await databaseOf(await login())]
    await rowsOf(url, `GRANT CREATE ON SCHEMA public TO ${owner}`)
    const config = settings(url, owner, newName())
    const refusal = await refusalOf(config)
    expect(refusal).toMatch(/^[^\n]+$/)
    await rowsOf(url, refusal.slice(refusal.indexOf('CREATE EXTENSION')))
    await migrate(config)
    expect(await asServed(config, words)).toEqual(expected)
  })

  it('may be there already, in another schema that the owner may use', async () => {
    const owner = await login('CREATEROLE')
    const url = await databaseOf(owner)
    await rowsOf(url, 'CREATE SCHEMA "Other things"; CREATE EXTENSION unaccent SCHEMA "Other things"')
    const config = settings(url, owner, newName())
    const refusal = await refusalOf(config)
    await rowsOf(url, refusal.slice(refusal.indexOf('GRANT USAGE')))
    await migrate(config)
    expect(await asServed(config, words)).toEqual(expected)
  })
})

describe('the service’s role', () => {
  it('is made by an owner who may make roles, and taken by the same', async () => {
    const owner = await login('CREATEROLE')
    const config = settings(await databaseOf(owner), owner, newName())
    await migrate(config)
    expect(await served(config)).toEqual({ role: config.DATABASE_ROLE, owned: 0, tenants: 0 })
  })

  it('is taken by a user who owns nothing, where another migrates', async () => {
    const [owner, user] = [await login('CREATEROLE'), await login()]
    const config = settings(await databaseOf(owner), user, newName(), owner)
    await migrate(config)
    expect(await served(config)).toEqual({ role: config.DATABASE_ROLE, owned: 0, tenants: 0 })
  })

  it('is asked of a DBA, in SQL, by an owner who may not make it', async () => {
    const [owner, user] = [await login(), await login()]
    const config = settings(await databaseOf(owner), user, newName(), owner)
    const refusal = await refusalOf(config)
    expect(refusal).toMatch(/^[^\n]+$/)
    expect(refusal).not.toContain(password)
    await asAdmin(refusal.slice(refusal.indexOf('CREATE ROLE')))
    await migrate(config)
    expect(await served(config)).toEqual({ role: config.DATABASE_ROLE, owned: 0, tenants: 0 })
  })

  it('is refused if it bypasses row-level security', async () => {
    const owner = await login()
    const role = newName()
    await asAdmin(`CREATE ROLE ${role} BYPASSRLS; GRANT ${role} TO ${owner}`)
    expect(await refusalOf(settings(await databaseOf(owner), owner, role))).toContain('bypasses row-level security')
  })

  it('is refused if it owns the tables, or is a member of who does, whether or not it inherits that', async () => {
    const owner = await login('CREATEROLE')
    const url = await databaseOf(owner)
    expect(await refusalOf(settings(url, owner, owner))).toContain('owns the tables')
    for (const attributes of ['INHERIT', 'NOINHERIT']) {
      const [role, between] = [newName(), newName()]
      await asAdmin(`CREATE ROLE ${between} ${attributes}; CREATE ROLE ${role} ${attributes}`)
      await asAdmin(`GRANT ${owner} TO ${between}; GRANT ${between} TO ${role}`)
      expect(await refusalOf(settings(url, owner, role))).toContain('owns the tables')
      await asAdmin(`REVOKE ${between} FROM ${role}; GRANT ${role} TO ${owner}`)
      await migrate(settings(url, owner, role))
    }
  })

  it('is made once by two databases of a server that are migrated at once', async () => {
    const [owner, role] = [await login('CREATEROLE'), newName()]
    const configs = [await databaseOf(owner), await databaseOf(owner)].map((url) => settings(url, owner, role))
    await Promise.all(configs.flatMap((config) => [migrate(config), migrate(config)]))
    for (const config of configs) expect(await served(config)).toMatchObject({ role, owned: 0 })
  })

  it('is given the tables that came later, and nothing is done when nothing is missing', async () => {
    const owner = await login('CREATEROLE')
    const url = await databaseOf(owner)
    const config = settings(url, owner, newName())
    await migrate(config)
    await rowsOf(urlAs(url, owner), 'CREATE TABLE later (tenant_id uuid)')
    await migrate(config)
    const sql = `SELECT has_table_privilege($1, 'later', 'DELETE') AS may, (SELECT xmin::text FROM pg_class WHERE relname = 'later') AS version`
    const [before] = await rowsOf<{ may: boolean }>(url, sql, [config.DATABASE_ROLE])
    expect(before).toMatchObject({ may: true })
    await migrate(config)
    expect(await rowsOf(url, sql, [config.DATABASE_ROLE])).toEqual([before])
  })

  it('must find the tables where they were migrated to', async () => {
    const owner = await login('CREATEROLE')
    const url = await databaseOf(owner)
    await rowsOf(urlAs(url, owner), `CREATE SCHEMA ${owner}`)
    const config = settings(url, owner, newName())
    expect(await refusalOf(config)).toContain('search_path')
    await rowsOf(urlAs(url, owner), `ALTER ROLE ${owner} SET search_path = ${owner}`)
    await migrate(config)
    expect(await served(config)).toMatchObject({ role: config.DATABASE_ROLE, tenants: 0 })
  })
})
