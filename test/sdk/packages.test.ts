/** The packages as they are published: what is in them, how they are loaded, and how large the browser's half is. */
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative, resolve } from 'node:path'
import { gzipSync } from 'node:zlib'

const root = resolve(import.meta.dirname, '../..')
const mostBytes = 15_000

let folder: string

/** What `npm pack` makes of it, unpacked where a project's `node_modules` has it. */
function install(name: 'client' | 'react'): string[] {
  const from = join(root, 'sdk', name)
  const packed = execFileSync('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', folder], {
    cwd: from,
  })
  const [{ filename, files }] = JSON.parse(String(packed)) as [{ filename: string; files: { path: string }[] }]
  const to = join(folder, 'node_modules/@parley', name)
  mkdirSync(to, { recursive: true })
  execFileSync('tar', ['xzf', join(folder, filename), '-C', to, '--strip-components=1'])
  return files.map(({ path }) => path)
}

let files: Record<'client' | 'react', string[]>

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'parley-packages-'))
  writeFileSync(join(folder, 'package.json'), '{ "name": "a-project" }')
  files = { client: install('client'), react: install('react') }
  for (const name of ['socket.io-client', 'react']) {
    symlinkSync(join(root, 'node_modules', name), join(folder, 'node_modules', name))
  }
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe.each(['client', 'react'] as const)('@parley/%s', (name) => {
  it('has what is built, and what says what it is', () => {
    expect(files[name].filter((path) => !path.startsWith('dist/')).sort()).toEqual([
      'LICENSE',
      'README.md',
      'package.json',
    ])
    expect(files[name]).toEqual(
      expect.arrayContaining(['esm', 'cjs'].flatMap((kind) => [`dist/${kind}/index.js`, `dist/${kind}/index.d.ts`])),
    )
  })
})

/** What a script of the project prints, in a process that ends by itself. */
const run = (file: string, code: string): string => {
  writeFileSync(join(folder, file), code)
  return String(execFileSync(process.execPath, [file], { cwd: folder, timeout: 20_000 })).trim()
}

describe('in a project', () => {
  const print = 'console.log([ParleyClient, ParleyError, ParleyServer, useRoom].map((one) => typeof one).join())'
  const use = `
    const client = new ParleyClient({ url: 'http://127.0.0.1:9', token: () => 'none' })
    client.connect()
    client.room('none').send('Hello')
    setTimeout(() => client.close(), 100)`

  it('they are imported, and a client that was closed keeps no process alive', () => {
    const imports = `import { ParleyClient, ParleyError } from '@parley/client'
      import { ParleyServer } from '@parley/client/server'
      import { useRoom } from '@parley/react'`
    expect(run('imports.mjs', imports + use + '\n' + print)).toBe('function,function,function,function')
  })

  it('they are required', () => {
    const requires = `const { ParleyClient, ParleyError } = require('@parley/client')
      const { ParleyServer } = require('@parley/client/server')
      const { useRoom } = require('@parley/react')`
    expect(run('requires.cjs', requires + use + '\n' + print)).toBe('function,function,function,function')
  })

  it('the client depends on socket.io-client alone, and the hooks on that and React', () => {
    const manifest = (name: string) =>
      JSON.parse(readFileSync(join(folder, 'node_modules/@parley', name, 'package.json'), 'utf8')) as object
    expect(manifest('client')).toMatchObject({ dependencies: { 'socket.io-client': expect.any(String) } })
    expect(manifest('react')).toMatchObject({ peerDependencies: { '@parley/client': '0.1.0', react: '>=18' } })
    expect(manifest('react')).not.toHaveProperty('dependencies')
  })
})

describe('the browser’s half', () => {
  it(`is smaller than ${mostBytes} bytes, minified and compressed, beside socket.io-client`, () => {
    const bundle = `import { rolldown } from 'rolldown'
      const made = await rolldown({ input: 'page.mjs', external: ['socket.io-client'], logLevel: 'silent' })
      await made.write({ file: 'page.js', minify: true })`
    symlinkSync(join(root, 'node_modules/rolldown'), join(folder, 'node_modules/rolldown'))
    writeFileSync(join(folder, 'page.mjs'), "export * from '@parley/client'")
    run('bundle.mjs', bundle)
    const page = readFileSync(join(folder, 'page.js'))
    expect(String(page)).toContain('socket.io-client')
    const { length } = gzipSync(page, { level: 9 })
    process.stdout.write(`@parley/client: ${page.length} bytes minified, ${length} compressed\n`)
    expect(length).toBeLessThan(mostBytes)
  })

  it('knows nothing of Node', () => {
    const dist = join(folder, 'node_modules/@parley/client/dist/esm')
    const modules = readdirSync(dist, { recursive: true, withFileTypes: true }).filter(({ name }) =>
      name.endsWith('.js'),
    )
    expect(modules.length).toBeGreaterThan(10)
    for (const { parentPath, name } of modules) {
      const text = readFileSync(join(parentPath, name), 'utf8')
      const file = relative(dist, join(parentPath, name))
      expect({ file, uses: /from ['"]node:|\bprocess\.|\bBuffer\b|\brequire\(/.exec(text)?.[0] }).toEqual({ file })
    }
  })
})
