/** The process that brings its own PostgreSQL along: how it lives, dies and lives again over the same data. */
import { execFile } from 'node:child_process'
import { setTimeout } from 'node:timers/promises'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Secrets } from '../../src/boot/secrets.js'
import { firstWords } from '../../src/pages/demo/first-words.js'
import { commandOf } from '../../src/infra/database/embedded/processes.js'
import { ownToken, withSecret } from '../support/own-tokens.js'
import { emptyFolder, endAll, killAll, postgresOf, ServiceProcess } from '../support/process.js'
import { Rest } from '../support/rest.js'
import { until } from '../support/until.js'

const run = promisify(execFile)

let dataDir: string

beforeAll(() => {
  dataDir = emptyFolder()
})

afterEach(() => killAll())
afterAll(() => endAll())

const start = (folder = dataDir): ServiceProcess => new ServiceProcess({ DATA_DIR: folder, RATE_LIMITS: 'off' })

/** What a start prints for whoever typed one command. */
interface Printed {
  url: string
  demo: { ann: string; bob: string; room: string; apiToken: string }
  curl: string
}

async function printed(service: ServiceProcess): Promise<Printed> {
  const url = await service.url()
  const [, ann, bob] = await service.says(/demo tenant +\S+\s+Ann (\S+), Bob (\S+)/)
  const [, room] = await service.says(/ room (\S+)/)
  const [, apiToken] = await service.says(/API token +(\S+)/)
  const [, curl] = await service.says(/Mint a token .*\n *\n([^]*?)\n *\n/)
  return { url, demo: { ann: ann!, bob: bob!, room: room!, apiToken: apiToken! }, curl: curl! }
}

/** What was said after Ann's and Bob's first words. */
const historyOf = async ({ url, demo }: Printed): Promise<string[]> => {
  const backend = new Rest(url, { clientKey: demo.apiToken })
  const { body } = await backend.get(`/room/${demo.room}/message`)
  const texts = body.items.map((message: { text_message: string }) => message.text_message)
  const first = firstWords.get('Welcome')!.map(([, text]) => text)
  expect(texts.slice(0, first.length)).toEqual(first)
  return texts.slice(first.length)
}

const isGone = async (pid: number): Promise<boolean> => (await commandOf(pid)) === undefined

/** Ended in order, and PostgreSQL with it. */
async function expectStopped(service: ServiceProcess, signal: NodeJS.Signals, folder = dataDir): Promise<void> {
  const postgres = await postgresOf(folder)
  expect(postgres).toBeDefined()
  expect(await service.kill(signal)).toEqual({ code: 0, signal: null })
  expect(await isGone(postgres!)).toBe(true)
  expect(await postgresOf(folder)).toBeUndefined()
  expect(service.stderr).toBe('')
}

describe('one life after another', () => {
  let first: Printed

  it('prints where it is, the demo tenant, and commands that work as they are printed', async () => {
    const service = start()
    first = await printed(service)
    for (const page of ['demo', 'console', 'docs']) {
      await service.says(new RegExp(`^  (Chat|Console|Swagger) +\\S+/${page}$`, 'm'))
      expect((await new Rest(first.url).get(`/${page}`)).status).toBe(200)
    }
    const { stdout, stderr } = await run('bash', ['--norc', '-c', first.curl], { env: { PATH: process.env['PATH'] } })
    expect(JSON.parse(stdout)).toMatchObject({ text_message: 'Hello from curl', room_id: first.demo.room })
    expect(JSON.parse(stdout).sender).toMatchObject({ user_id: first.demo.ann, display_name: 'Ann' })
    expect(stderr).toBe('')
    await expectStopped(service, 'SIGTERM')
  })

  it('takes tokens of the demo’s own login service, and its internal key, which name no tenant', async () => {
    const file = join(dataDir, 'secrets.json')
    const secrets: Secrets = JSON.parse(readFileSync(file, 'utf8'))
    const service = start()
    const { url } = await printed(service)
    expect(await service.says(/internal key +(\S+)/)).toContain(secrets.internalKey)
    const authorization = `Bearer ${ownToken(withSecret(secrets.demo!.tokenSecret), { uid: 'ann' })}`
    const { body } = await new Rest(url, { authorization }).get('/user/me')
    expect(body.user_id).toBe(first.demo.ann)
    const { demo } = secrets
    const operator = new Rest(url, { authorization: `Bearer ${secrets.adminKey}` })
    expect((await operator.get(`/admin/tenant/${demo!.tenantId}`)).body).toMatchObject({ name: 'Demo', guests: true })
    await expectStopped(service, 'SIGTERM')
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(secrets)
  })

  it('completes the secrets of an earlier release, and makes the demo anew that was broken off', async () => {
    const file = join(dataDir, 'secrets.json')
    const { adminKey, demoTenantId, demo } = JSON.parse(readFileSync(file, 'utf8')) as Secrets
    const { tokenSecret: _, ...earlier } = demo!
    writeFileSync(file, JSON.stringify({ adminKey, demo: earlier }))
    const service = start()
    expect((await printed(service)).demo).toEqual(first.demo)
    await expectStopped(service, 'SIGTERM')
    const completed = JSON.parse(readFileSync(file, 'utf8')) as Secrets
    expect(completed).toMatchObject({ adminKey, demoTenantId, demo: { ...earlier, tokenSecret: expect.any(String) } })

    const folder = emptyFolder()
    const broken = start(folder)
    await printed(broken)
    await broken.kill('SIGTERM')
    const inFolder = join(folder, 'secrets.json')
    const { demo: lost, ...rest } = JSON.parse(readFileSync(inFolder, 'utf8')) as Secrets
    writeFileSync(inFolder, JSON.stringify(rest))
    const again = start(folder)
    const { demo: anew } = await printed(again)
    expect(anew.apiToken).not.toBe(lost!.apiToken)
    await expectStopped(again, 'SIGTERM', folder)
  })

  it('started again finds its data, prints the same tenant, and ends by Ctrl-C too', async () => {
    const service = start()
    const again = await printed(service)
    expect(again.demo).toEqual(first.demo)
    expect(await historyOf(again)).toEqual(['Hello from curl'])
    await expectStopped(service, 'SIGINT')
  })

  it('after kill -9 adopts the PostgreSQL that was left, with all that was acknowledged', async () => {
    const killed = start()
    const { url, demo } = await printed(killed)
    const ann = new Rest(url, { clientKey: `${demo.apiToken}.${demo.ann}` })
    const postgres = await postgresOf(dataDir)
    const { status } = await ann.post(`/room/${demo.room}/message/send`, { text_message: 'Before the end' })
    expect(status).toBe(201)
    await killed.kill('SIGKILL')
    expect(await postgresOf(dataDir)).toBe(postgres)

    const service = start()
    const again = await printed(service)
    expect(again.demo).toEqual(first.demo)
    expect(await historyOf(again)).toEqual(['Hello from curl', 'Before the end'])
    expect(await postgresOf(dataDir)).toBe(postgres)
    await expectStopped(service, 'SIGTERM')
  })

  it('a second one on the same data is refused, and leaves the first alone', async () => {
    const service = start()
    const { url } = await printed(service)
    const second = start()
    expect(await second.ended).toEqual({ code: 1, signal: null })
    expect(second.stderr).toMatch(
      /^Parley cannot start: The data directory .* is in use by another running Parley.*\n$/,
    )
    expect(second.stderr).toContain(`process ${service.pid}`)
    expect((await new Rest(url).get('/health/ready')).status).toBe(200)
    await expectStopped(service, 'SIGTERM')
  })
})

describe('a signal while it still starts', () => {
  it.each([
    ['SIGTERM', 'at once', async () => undefined],
    [
      'SIGINT',
      'when PostgreSQL has come up',
      (folder: string) => until(() => postgresOf(folder), 'PostgreSQL', 20_000),
    ],
    [
      'SIGTERM',
      'a little later',
      async (folder: string) => {
        await until(() => postgresOf(folder), 'PostgreSQL', 20_000)
        await setTimeout(Math.random() * 800)
      },
    ],
  ] as const)('%s %s: nothing is left behind', async (signal, _, moment) => {
    const folder = emptyFolder()
    const service = start(folder)
    await moment(folder)
    await service.kill(signal)
    expect(await postgresOf(folder)).toBeUndefined()
    expect(service.stderr).toBe('')

    const again = start(folder)
    await printed(again)
    await expectStopped(again, 'SIGTERM', folder)
  })
})
