/** The packages as they are published: what is in them, how they are loaded, and how large the browser's half is. */
import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { gzipSync } from 'node:zlib'
import { Project } from '../sdk/project.js'

const mostBytes = 15_000

let project: Project
beforeAll(() => {
  project = new Project()
})
afterAll(() => project.remove())

it.each(['client', 'react'] as const)('@parley/%s has what is built, and what says what it is', (name) => {
  const files = project.files[name]
  expect(files.filter((path) => !path.startsWith('dist/')).sort()).toEqual(['LICENSE', 'README.md', 'package.json'])
  const entries = ['esm', 'cjs'].flatMap((kind) => [`dist/${kind}/index.js`, `dist/${kind}/index.d.ts`])
  expect(files).toEqual(expect.arrayContaining(entries))
})

describe('in a project', () => {
  const print = 'console.log([ParleyClient, ParleyError, ParleyServer, useRoom].map((one) => typeof one).join())'
  const use = `
    const client = new ParleyClient({ url: 'http://127.0.0.1:9', token: () => 'none' })
    client.connect()
    client.room('none').send('Hello')
    setTimeout(() => client.close(), 100)
    ${print}`

  it('they are imported, and a client that was closed keeps no process alive', () => {
    const imports = `import { ParleyClient, ParleyError } from '@parley/client'
      import { ParleyServer } from '@parley/client/server'
      import { useRoom } from '@parley/react'`
    expect(project.run('imports.mjs', imports + use)).toBe('function,function,function,function')
  })

  it('they are required', () => {
    const requires = `const { ParleyClient, ParleyError } = require('@parley/client')
      const { ParleyServer } = require('@parley/client/server')
      const { useRoom } = require('@parley/react')`
    expect(project.run('requires.cjs', requires + use)).toBe('function,function,function,function')
  })

  it('a client that is closed leaves no timer behind, whatever it waits for', () => {
    const waiting = `import { ParleyClient } from '@parley/client'
      const closed = (token) => {
        const client = new ParleyClient({ url: 'http://127.0.0.1:9', token })
        client.connect()
        client.rooms.follow()
        client.close()
      }
      closed(() => new Promise(() => undefined))
      closed(() => Promise.reject(new Error('our backend is down')))
      setImmediate(() => console.log(process.getActiveResourcesInfo().filter((one) => one === 'Timeout').length))`
    expect(project.run('waiting.mjs', waiting)).toBe('0')
  })

  it('the hooks are rendered by a server as a page renders them first, whatever the client knows', () => {
    const server = `import { createElement } from 'react'
      import { renderToString } from 'react-dom/server'
      import { ParleyClient } from '@parley/client'
      import * as parley from '@parley/react'
      const client = new ParleyClient({ url: 'http://127.0.0.1:9', token: () => 'none', userId: 'ann' })
      const Page = () => {
        const { status, outgoing } = parley.useRoom('room')
        const { rooms, isLoaded } = parley.useRooms()
        return [parley.useConnection().status, status, outgoing.length, rooms.length, isLoaded,
          parley.useTyping('room').typists.length, parley.usePresence('ann'), parley.useUnread()].join(' ')
      }
      client.peek('room').send('Hello')
      const render = () => renderToString(createElement(parley.ParleyProvider, { client }, createElement(Page)))
      const open = render()
      client.close()
      console.log(open + '; ' + render())`
    const first = 'connecting opening 0 0 false 0  0'
    expect(project.run('server.mjs', server)).toBe(`${first}; ${first}`)
  })

  it.each([
    ['nodenext', 'imports.mts'],
    ['nodenext', 'requires.cts'],
    ['node10', 'old.ts'],
    ['bundler', 'bundled.ts'],
  ])('they have types: by the rules of %s, in %s', (resolution, file) => {
    project.write(
      file,
      `import { ParleyClient, type Room } from '@parley/client'
       import { ParleyServer, type User } from '@parley/client/server'
       import { useRoom } from '@parley/react'
       const client: ParleyClient = new ParleyClient({ url: '', token: () => '' })
       const room: Room = client.room('')
       const name: string | null | undefined = room.store.get().room?.name
       const parley = new ParleyServer({ url: '', apiToken: '' })
       const made: Promise<User> = parley.users.upsert({ external_id: '' })
       interface Plan { plan: string }
       const metadata: Plan = { plan: 'pro' }
       room.send({ text_message: '', metadata })
       void parley.rooms.update('', { owner_id: '', slow_mode_s: 5, metadata })
       const { messages, outgoing } = room.store.get()
       const line = (one: (typeof messages | typeof outgoing)[number]) =>
         [one.client_message_id ?? one.message_id, one.sender?.name, one.text_message, one.status].join()
       ;[...messages, ...outgoing].map(line)
       // @ts-expect-error The service takes no such field.
       void parley.rooms.create({ created_by: '', archived: true })
       // @ts-expect-error The service takes no such field.
       void parley.users.upsert({ external_id: '', status: 'not_active' })
       const send: Room['send'] = useRoom('').send
       // @ts-expect-error Rooms are left by their client.
       room.close()
       export { name, made, send }`,
    )
    const module = { nodenext: 'nodenext', node10: 'commonjs' }[resolution] ?? 'esnext'
    const kind = ['--module', module, '--moduleResolution', resolution, '--ignoreDeprecations', '6.0']
    expect(project.check(file, kind)).toBe('')
  })

  it('the client depends on socket.io-client alone, and the hooks on that and React', () => {
    const manifest = (name: string): any => JSON.parse(project.read('node_modules/@parley', name, 'package.json'))
    expect(Object.keys(manifest('client').dependencies)).toEqual(['socket.io-client'])
    expect(Object.keys(manifest('react').peerDependencies)).toEqual(['@parley/client', 'react'])
    expect(manifest('react')).not.toHaveProperty('dependencies')
  })
})

describe('the browser’s half', () => {
  it(`is smaller than ${mostBytes} bytes, minified and compressed, beside socket.io-client`, () => {
    project.write('page.mjs', "export * from '@parley/client'")
    const page = project.bundle('page.mjs', ['socket.io-client'])
    expect(page).toMatch(/from ?["'`]socket\.io-client/)
    const { length } = gzipSync(page, { level: 9 })
    process.stdout.write(`@parley/client: ${page.length} bytes minified, ${length} compressed\n`)
    expect(length).toBeLessThan(mostBytes)
  })

  it('knows nothing of Node', () => {
    const dist = project.path('node_modules/@parley/client/dist/esm')
    const all = readdirSync(dist, { recursive: true, withFileTypes: true })
    const modules = all.filter(({ name }) => name.endsWith('.js'))
    expect(modules.length).toBeGreaterThan(10)
    for (const { parentPath, name } of modules) {
      const text = readFileSync(join(parentPath, name), 'utf8')
      const file = relative(dist, join(parentPath, name))
      expect({ file, uses: /from ['"]node:|\bprocess\.|\bBuffer\b|\brequire\(/.exec(text)?.[0] }).toEqual({ file })
    }
  })
})
