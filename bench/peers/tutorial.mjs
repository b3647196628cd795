// What a NestJS chat tutorial arrives at: see tutorial/. Compiled here, file by file, as `nest build` would with swc.
import { readdir, readFile, mkdir, writeFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { JwtService } from '@nestjs/jwt'
import pg from 'pg'
import ts from 'typescript'
import { roomsOf } from '../workloads.mjs'
import { startNode } from './start-node.mjs'

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
  async start(place) {
    const { databaseUrl } = place
    const env = { DATABASE_URL: databaseUrl, JWT_SECRET }
    const service = await startNode(place, [join(built, 'main.js')], { cwd: built, env, health: '/health' })
    return { ...service, protocol: 'socket.io', prepare: (workload) => setUp(databaseUrl, workload) }
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
async function setUp(databaseUrl, workload) {
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  try {
    const made = await insertNamed(client, '"room"', 'Room', workload.rooms)
    const users = await insertNamed(client, '"user"', 'User', workload.clients)
    return users.map(({ id, name }, n) => ({
      token: jwt.sign({ sub: id, name }),
      rooms: roomsOf(workload, n).map((room) => made[room].id),
    }))
  } finally {
    await client.end()
  }
}

async function insertNamed(client, table, prefix, count) {
  const names = Array.from({ length: count }, (_, n) => `${prefix} ${n}`)
  const sql = `INSERT INTO ${table} (name) SELECT unnest($1::text[]) RETURNING id, name`
  return (await client.query(sql, [names])).rows
}
