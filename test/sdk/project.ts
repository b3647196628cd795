/** A project of an integrator, with the packages as they are published. */
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'

const root = resolve(import.meta.dirname, '../..')

export class Project {
  readonly folder = mkdtempSync(join(tmpdir(), 'parley-project-'))
  /** What is in the packages, by name. */
  readonly files: Record<'client' | 'react', string[]>

  constructor() {
    writeFileSync(join(this.folder, 'package.json'), '{ "name": "a-project" }')
    this.files = { client: this.install('client'), react: this.install('react') }
    mkdirSync(this.path('node_modules/@types'))
    for (const name of ['socket.io-client', 'react', '@types/react', 'react-dom', 'rolldown']) {
      symlinkSync(join(root, 'node_modules', name), join(this.folder, 'node_modules', name))
    }
  }

  path = (...parts: string[]): string => join(this.folder, ...parts)

  read = (...parts: string[]): string => readFileSync(this.path(...parts), 'utf8')

  write(file: string, text: string): void {
    mkdirSync(dirname(this.path(file)), { recursive: true })
    writeFileSync(this.path(file), text)
  }

  /** What a script of it prints, in a process that ends by itself. */
  run(file: string, code: string): string {
    this.write(file, code)
    return String(execFileSync(process.execPath, [file], { cwd: this.folder, timeout: 20_000 })).trim()
  }

  /** What TypeScript says against a file of it. */
  check(file: string, options: string[]): string {
    const tsc = [join(root, 'node_modules/typescript/bin/tsc'), file, '--noEmit', '--strict', '--lib', 'es2022,dom']
    const { stdout } = spawnSync(process.execPath, [...tsc, ...options], { cwd: this.folder, encoding: 'utf8' })
    return stdout
  }

  /** One script for a page, minified; for development React does all twice in strict mode, and warns. */
  bundle(input: string, external: string[] = [], mode: 'production' | 'development' = 'production'): string {
    this.run(
      'bundle.mjs',
      `import { rolldown } from 'rolldown'
       const options = { input: ${JSON.stringify(input)}, external: ${JSON.stringify(external)}, logLevel: 'silent' }
       const transform = { define: { 'process.env.NODE_ENV': '"${mode}"' } }
       const made = await rolldown({ ...options, transform, platform: 'browser' })
       await made.write({ file: 'bundle.js', minify: true })`,
    )
    return this.read('bundle.js')
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true })
  }

  /** What `npm pack` makes of it, unpacked where a project's `node_modules` has it. */
  private install(name: 'client' | 'react'): string[] {
    const from = join(root, 'sdk', name)
    const args = ['pack', '--json', '--ignore-scripts', '--pack-destination', this.folder]
    const packed = String(execFileSync('npm', args, { cwd: from, stdio: ['ignore', 'pipe', 'ignore'] }))
    const [{ filename, files }] = JSON.parse(packed) as [{ filename: string; files: { path: string }[] }]
    const to = this.path('node_modules/@parley', name)
    mkdirSync(to, { recursive: true })
    execFileSync('tar', ['xzf', this.path(filename), '-C', to, '--strip-components=1'])
    return files.map(({ path }) => path)
  }
}
