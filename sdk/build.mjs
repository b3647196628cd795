// Compiles the package of the current folder for `import` (dist/esm) and for `require` (dist/cjs), and puts the license to it.
import { execFileSync } from 'node:child_process'
import { copyFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'

const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc')
const compile = (...options) => execFileSync(process.execPath, [tsc, ...options], { stdio: 'inherit' })

rmSync('dist', { recursive: true, force: true })
compile()
compile('--module', 'commonjs', '--outDir', 'dist/cjs')
writeFileSync('dist/cjs/package.json', '{ "type": "commonjs" }\n')
copyFileSync('../../LICENSE', 'LICENSE')
