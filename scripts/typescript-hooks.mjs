// Sources name each other as .js, as they will be; where there is only a .ts, that is meant, and it is compiled when it is loaded.
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { transformFile } from '@swc/core'

const compiler = {
  swcrc: false,
  jsc: {
    parser: { syntax: 'typescript', decorators: true },
    transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false },
    target: 'es2022',
    keepClassNames: true,
  },
  module: { type: 'es6' },
  sourceMaps: 'inline',
}

export async function resolve(specifier, context, next) {
  if (!/^\.{1,2}\/.*\.js$/.test(specifier) || context.parentURL.includes('/node_modules/'))
    return next(specifier, context)
  const source = new URL(specifier.replace(/js$/, 'ts'), context.parentURL)
  return next(existsSync(fileURLToPath(source)) ? source.href : specifier, context)
}

export async function load(url, context, next) {
  if (!url.endsWith('.ts')) return next(url, context)
  const { code } = await transformFile(fileURLToPath(url), compiler)
  return { format: 'module', source: code, shortCircuit: true }
}
