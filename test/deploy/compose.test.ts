/** The files of seed 004's installation by Docker, held against the service that they start. */
import { execFile, spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { loadConfig, variables } from '../../src/infra/config.js'
import { adminKey } from '../support/rest.js'
import { startService, type Service } from '../support/service.js'
import { entriesOf, interpolate, listAt, mapAt, variablesIn } from './compose.js'

const read = (file: string): string => readFileSync(file, 'utf8')
const settings = Object.keys(variables)
const secret = '4f1c'.repeat(16)
const secrets = { ADMIN_KEY: secret, POSTGRES_PASSWORD: secret, REDIS_PASSWORD: secret }

/** Asked for by the files and meant for them, not for the service. */
const ofCompose = ['POSTGRES_PASSWORD', 'REDIS_PASSWORD', 'PARLEY_VERSION', 'HTTP_PORT', 'HTTPS_PORT']

/** Not given by the production file, and why. */
const notGiven: Record<string, string> = {
  DATA_DIR: 'its PostgreSQL is a service of its own',
  METRICS_PORT: 'it is on the loopback of the container, where nobody else is',
  RATE_LIMITS: 'off is refused in production',
}

describe.each(['docker-compose-local.yml', 'docker-compose-production.yml'])('%s', (file) => {
  const text = read(file)
  const entries = entriesOf(text)
  const services = Object.keys(mapAt(entries, 'services'))
  const nodes = services.filter((name) => name.startsWith('parley'))
  const environment = mapAt(entries, `services.${nodes[0]}.environment`)

  it('asks the environment for settings that there are', () => {
    expect(variablesIn(text).filter((name) => !settings.includes(name) && !ofCompose.includes(name))).toEqual([])
  })

  it('gives the service settings that there are, and that it takes', () => {
    expect(Object.keys(environment).filter((name) => !settings.includes(name))).toEqual([])
    const given = Object.entries(environment).map(([name, value]) => [name, interpolate(value, secrets)])
    const config = loadConfig(Object.fromEntries(given), file.includes('production'))
    expect(config).toMatchObject({
      HOST: '0.0.0.0',
      PORT: 3000,
      DATABASE_URL: expect.stringContaining('@postgres:5432/'),
    })
  })

  it('declares the volumes and networks that are used, and uses those declared', () => {
    const used = (kind: string) => services.flatMap((name) => listAt(entries, `services.${name}.${kind}`))
    const volumes = used('volumes').map((volume) => volume.split(':')[0]!)
    const declared = (kind: string) => Object.keys(mapAt(entries, kind)).sort()
    expect(volumes.filter((volume) => !volume.startsWith('.')).sort()).toEqual(declared('volumes'))
    expect([...new Set(used('networks'))].sort()).toEqual(declared('networks'))
    const mounted = volumes.filter((volume) => volume.startsWith('.'))
    expect(mounted.filter((path) => !existsSync(path))).toEqual([])
  })

  it('waits only for services that there are, and that say when they are healthy', () => {
    const checked = services.filter((name) => listAt(entries, `services.${name}.healthcheck.test`).length)
    // The service's own check is the image's.
    for (const name of services) {
      for (const other of Object.keys(mapAt(entries, `services.${name}.depends_on`))) {
        expect([...checked, ...nodes]).toContain(other)
        expect(mapAt(entries, `services.${name}.depends_on.${other}`)).toEqual({ condition: 'service_healthy' })
      }
    }
  })

  it('keeps the data of PostgreSQL 18 where its image has them', () => {
    expect(mapAt(entries, 'services.postgres')['image']).toBe('postgres:18')
    expect(listAt(entries, 'services.postgres.volumes')).toEqual(['postgres-data:/var/lib/postgresql'])
  })

  it('builds a stage that the Dockerfile has', () => {
    const { target } = mapAt(entries, `services.${nodes[0]}.build`)
    expect(read('Dockerfile')).toMatch(new RegExp(`^FROM \\S+ AS ${target}$`, 'm'))
  })

  const compose = composeCommand()
  const itWithCompose = compose ? it : it.skip
  itWithCompose(compose ? 'is valid to Docker Compose' : 'is valid to Docker Compose (not installed here)', () => {
    expect(configure(compose!, file, secrets)).toEqual({ status: 0, complaint: '' })
  })
})

describe('docker-compose-local.yml', () => {
  const text = read('docker-compose-local.yml')
  const entries = entriesOf(text)

  it('is reached from this machine alone', () => {
    expect(listAt(entries, 'services.parley.ports')).toEqual(['127.0.0.1:${PORT:-3000}:3000'])
    expect(text.match(/^ +ports:$/gm)).toHaveLength(1)
  })

  it('has comments that tell the operator’s key', () => {
    const { ADMIN_KEY } = mapAt(entries, 'services.parley.environment')
    expect(text).toContain(`Bearer ${interpolate(ADMIN_KEY!, {})}'`)
  })
})

describe('docker-compose-production.yml', () => {
  const text = read('docker-compose-production.yml')
  const entries = entriesOf(text)
  const services = Object.keys(mapAt(entries, 'services'))

  it('has two nodes of the service that are alike, PostgreSQL, Redis and a proxy', () => {
    expect(services.sort()).toEqual(['parley-1', 'parley-2', 'postgres', 'proxy', 'redis'])
    expect(mapAt(entries, 'services')['parley-2']).toBe('*parley')
    const [one, two] = [1, 2].map((n) => mapAt(entries, `services.parley-${n}.environment`))
    expect(two).toEqual(one)
  })

  it('has a proxy that knows each node, in each group of them', () => {
    const groups = [...read('deploy/nginx.conf').matchAll(/^ +upstream \w+ {([^}]*)}/gm)].map(([, lines]) => lines!)
    expect(groups).toHaveLength(3)
    for (const lines of groups) {
      expect([...lines.matchAll(/server (\S+):3000 resolve/g)].map(([, name]) => name)).toEqual([
        'parley-1',
        'parley-2',
      ])
    }
  })

  it.each(Object.keys(secrets))('does not start without %s', (name) => {
    expect(() => interpolate(text, { ...secrets, [name]: '' })).toThrow(`${name} is not set`)
    const compose = composeCommand()
    if (!compose) return
    const { status, complaint } = configure(compose, 'docker-compose-production.yml', { ...secrets, [name]: '' })
    expect(status).not.toBe(0)
    expect(complaint).toContain(`${name} is not set`)
  })

  it('lets the operator set everything else', () => {
    const given = Object.keys(mapAt(entries, 'services.parley-1.environment'))
    expect(settings.filter((name) => !given.includes(name) && !(name in notGiven))).toEqual([])
  })

  it('publishes the port of the proxy alone, and keeps the databases from the internet', () => {
    expect(text.match(/^ +ports:$/gm)).toHaveLength(1)
    expect(listAt(entries, 'services.proxy.ports')).toEqual(['${HTTP_PORT:-80}:8080'])
    for (const name of ['postgres', 'redis']) expect(listAt(entries, `services.${name}.networks`)).toEqual(['back'])
    expect(mapAt(entries, 'networks.back')).toEqual({ internal: 'true' })
  })

  it('lets the service finish before it is killed', () => {
    const graceMs = 1000 * parseInt(mapAt(entries, 'services.parley-1')['stop_grace_period']!, 10)
    const { SHUTDOWN_TIMEOUT_MS } = mapAt(entries, 'services.parley-1.environment')
    expect(graceMs).toBeGreaterThan(Number(interpolate(SHUTDOWN_TIMEOUT_MS!, {})))
  })

  it.each(['parley-1', 'parley-2', 'postgres', 'redis', 'proxy'])('starts %s anew, within limits', (name) => {
    const service = mapAt(entries, `services.${name}`)
    expect(service['restart']).toBe('unless-stopped')
    for (const limit of ['mem_limit', 'cpus', 'pids_limit', 'logging']) expect(service[limit]).toBeTruthy()
  })
})

describe('Dockerfile', () => {
  const dockerfile = read('Dockerfile')
  const command = (instruction: string): string[] => {
    const found = dockerfile.match(new RegExp(`^${instruction}(\\[.*\\])$`, 'gm'))!.at(-1)!
    return JSON.parse(found.slice(found.indexOf('[')))
  }

  it('runs what `npm run start:prod` runs, with no npm between it and the signals', () => {
    const { scripts } = JSON.parse(read('package.json'))
    expect(`exec ${command('CMD ').join(' ')}`).toBe(scripts['start:prod'])
    expect(dockerfile).toMatch(/^USER node$/m)
  })

  it('copies what there is and what .dockerignore lets through', () => {
    const ignored = read('.dockerignore').split('\n')
    const copied = [...dockerfile.matchAll(/^COPY (?!--from)(?:--\S+ )*(.+) \S+$/gm)].flatMap(([, paths]) =>
      paths!.split(' '),
    )
    expect(copied.length).toBeGreaterThan(5)
    for (const path of copied) {
      expect(existsSync(path)).toBe(true)
      expect(ignored).toContain(`!${path.split('/')[0]}`)
    }
  })

  it('has what the pages are built from where they are built, and not where the service runs', () => {
    const { workspaces } = JSON.parse(read('package.json')) as { workspaces: string[] }
    for (const folder of workspaces) expect(dockerfile).toContain(` ${folder}/package.json ${folder}/\n`)
    const [service, compiler] = dockerfile.match(/^RUN npm ci .*$/gm)!
    expect(service).toContain('--workspaces=false')
    expect(compiler).not.toContain('--workspaces')
  })

  it('has what hashes passwords, which is an optional package for each kind of machine', () => {
    const { packages } = JSON.parse(read('package-lock.json'))
    const kinds = Object.keys(packages).filter((name) => name.includes('/@node-rs/argon2-'))
    expect(kinds.length).toBeGreaterThan(3)
    for (const name of kinds) expect(packages[name].optional).toBe(true)
    const installs = dockerfile.match(/^RUN npm ci .*$/gm)!
    expect(installs).toHaveLength(2)
    for (const line of installs) expect(line).not.toMatch(/optional|node-rs/)
  })

  it('has a Node that package.json allows', () => {
    const major = Number(/^ARG NODE_IMAGE=node:(\d+)/m.exec(dockerfile)![1])
    expect(major).toBeGreaterThanOrEqual(22)
  })

  describe('its service', () => {
    let service: Service
    beforeAll(async () => (service = await startService()))
    afterAll(() => service.stop())

    const statusOf = async ([program, ...args]: string[], port: string): Promise<number> => {
      const env = { ...process.env, PORT: port }
      const done = promisify(execFile)(program === 'node' ? process.execPath : program!, args, { env })
      return done.then(
        () => 0,
        (error: { code: number }) => error.code,
      )
    }

    it('is healthy by the check of the image, and another is not', async () => {
      const check = command('  CMD ')
      expect(await statusOf(check, new URL(service.url).port)).toBe(0)
      expect(await statusOf(check, '1')).toBe(1)
    })

    const curlOf = (file: string): string => {
      const shown = /^#   (curl (?:.*\\\n)*.*)$/m.exec(read(file))![1]!
      return shown.replace(/\n#/g, '\n').replace(/http:\/\/localhost(:3000)?/, service.url)
    }
    const makesTenant = async (curl: string, cwd = '.'): Promise<void> => {
      const { stdout } = await promisify(execFile)('sh', ['-c', curl], { cwd })
      const { api_token } = JSON.parse(stdout)
      expect((await service.anyone.as({ clientKey: api_token }).get('/user')).status).toBe(200)
    }

    it('gets its tenant by the curl of docker-compose-local.yml', async () => {
      await makesTenant(curlOf('docker-compose-local.yml').replace(/(?<=Bearer )[^']*/, adminKey))
    })

    it('gets its secrets and its tenant by the commands of docker-compose-production.yml', async () => {
      const folder = await mkdtemp(join(tmpdir(), 'parley-compose-'))
      const [loop] = /(?<=^#   )for name in .*$/m.exec(read('docker-compose-production.yml'))!
      await promisify(execFile)('sh', ['-c', loop], { cwd: folder })
      const made = await readFile(join(folder, '.env'), 'utf8')
      expect(made).toMatch(/^ADMIN_KEY=\w{64}\nPOSTGRES_PASSWORD=\w{64}\nREDIS_PASSWORD=\w{64}\n$/)
      // As it is when .env was copied from .env.example.
      await writeFile(join(folder, '.env'), `ADMIN_KEY=\nPORT=3000\nADMIN_KEY=${adminKey}\n`)
      await makesTenant(curlOf('docker-compose-production.yml'), folder)
      await rm(folder, { recursive: true })
    })
  })
})

/** Both generations of Compose; null where there is neither. */
function composeCommand(): string[] | null {
  const commands = [['docker-compose'], ['docker', 'compose']]
  return commands.find(([program, ...args]) => spawnSync(program!, [...args, 'version']).status === 0) ?? null
}

function configure([program, ...args]: string[], file: string, environment: Record<string, string>) {
  const env = { PATH: process.env['PATH'], ...environment }
  const { status, stderr } = spawnSync(program!, [...args, '-f', file, 'config', '-q'], { env })
  return { status, complaint: stderr.toString() }
}
