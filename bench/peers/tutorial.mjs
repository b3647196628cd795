// What a NestJS chat tutorial arrives at: see tutorial/. Compiled here, file by file, as `nest build` would with swc.
import { readdir, readFile, mkdir, writeFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { JwtService } from '@nestjs/jwt'
import pg from 'pg'
import ts from 'typescript'
import { launch, ready, stop } from '../machine/processes.mjs'

const source = fileURLToPath(new URL('../tutorial', import.meta.url))
// Inside the project, so that its imports find node_modules.
const built = fileURLToPath(new URL('../.build', import.meta.url))
const JWT_SECRET = 'a secret as a tutorial has it, in plain sight'
const jwt = new JwtService({ secret: JWT_SECRET })

export const tutorial = {
  name: 'tutorial',
  title: 'the tutorial',
  build,
  clean: () => rm(built, { recursive: true, force: true }),
  async start({ databaseUrl, port, core }) {
    const env = { DATABASE_URL: databaseUrl, PORT: String(port), JWT_SECRET }
    const child = launch([join(built, 'main.js')], { core, cwd: built, env })
    await ready(child, `http://127.0.0.1:${port}/health`).catch(async (error) => {
      await stop(child)
      throw error
    })
    const prepare = (plan) => setUp(databaseUrl, plan)
    return { pid: child.pid, protocol: 'socket.io', log: child.log, prepare, stop: () => stop(child) }
  },
}

async function build() {
  await mkdir(built, { recursive: true })
  const compilerOptions = {
    target: ts.ScriptTarget.ES2023,
    module: ts.ModuleKind.ESNext,
    experimentalDecorators: true,
    emitDecoratorMetadata: true,
    useDefineForClassFields: false,
  }
  for (const file of await readdir(source)) {
    const { outputText } = ts.transpileModule(await readFile(join(source, file), 'utf8'), { compilerOptions })
    await writeFile(join(built, file.replace(/\.ts$/, '.js')), outputText)
  }
}

// Its users and rooms are made in its tables: how it makes them is not measured.
async function setUp(databaseUrl, { rooms, members }) {
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  try {
    const made = await insertNamed(client, '"room"', 'Room', rooms)
    const users = await insertNamed(client, '"user"', 'User', rooms * members)
    return users.map(({ id, name }, n) => ({ token: jwt.sign({ sub: id, name }), rooms: [made[n % rooms].id] }))
  } finally {
    await client.end()
  }
}

async function insertNamed(client, table, prefix, count) {
  const names = Array.from({ length: count }, (_, n) => `${prefix} ${n}`)
  const sql = `INSERT INTO ${table} (name) SELECT unnest($1::text[]) RETURNING id, name`
  return (await client.query(sql, [names])).rows
}
