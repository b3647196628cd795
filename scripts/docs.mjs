// Writes what is made from the code: .env.example, the README's table of settings, docs/ERRORS.md, docs/openapi.json,
// docs/asyncapi.json, the tables of docs/PROTOCOL.md and of docs/SCALING.md, the types of the client library, and the
// frames of /demo's test page.
// With --check it writes nothing, and fails if one of them is stale.
import { readFile, writeFile } from 'node:fs/promises'
import { format, resolveConfig } from 'prettier'
import { failures } from '../dist/contract/errors.js'
import { variables } from '../dist/infra/config.js'
import { describeApi } from '../dist/app.js'
import { asyncApi } from '../dist/gateway/asyncapi.js'
import { demoFrames } from './demo-frames.mjs'
import { closeCodesTable, framesTables } from './frames.mjs'
import { scalingTables } from './scaling.mjs'
import { sdkTypes } from './sdk-types.mjs'

const checking = process.argv.includes('--check')
const settings = Object.entries(variables)

const envExample = () => {
  const head =
    '# Every setting with its default. Copy it to .env and change what you need; the environment wins over .env.\n'
  const lines = settings.map(([name, { desc, default: value, choices }]) =>
    [`# ${desc}${choices ? ` (${choices.join(', ')})` : ''}`, `${value === '' ? '# ' : ''}${name}=${value}`].join('\n'),
  )
  return `${[head, ...lines].join('\n')}\n`
}

const cell = (text) => String(text).replaceAll('|', '\\|')

const settingsTable = () =>
  [
    '| variable | default | what it sets |',
    '| --- | --- | --- |',
    ...settings.map(
      ([name, { desc, default: value }]) => `| \`${name}\` | ${value === '' ? '–' : `\`${value}\``} | ${cell(desc)} |`,
    ),
  ].join('\n')

const errorsPage = () =>
  [
    '# Errors',
    '',
    'Every failure is an [RFC 9457](https://www.rfc-editor.org/rfc/rfc9457) problem, on REST (`application/problem+json`) and',
    'on sockets (`error` in an acknowledgement, `exception`, `data` of a `connect_error`). Programs go by `code`, which is',
    'stable; `detail` is for people. Where `retryable` is true the same request may succeed later: after `retry_after_ms`',
    'where that is given.',
    '',
    '| code | status | what it means | may a retry help? |',
    '| --- | --- | --- | --- |',
    ...[...failures].map(
      ([code, { status, title, retryable }]) => `| \`${code}\` | ${status} | ${title} | ${retryable ? 'yes' : 'no'} |`,
    ),
    '',
  ].join('\n')

/** Puts what is made from the code between the marks of its name. */
const between = (text, name, content) => {
  const marks = new RegExp(`(<!-- ${name} -->)[\\s\\S]*?(<!-- /${name} -->)`)
  if (!marks.test(text)) throw new Error(`no place for ${name}`)
  return text.replace(marks, (_, before, after) => `${before}\n\n${content}\n\n${after}`)
}

const withTables = (page, tables) =>
  Object.entries(tables).reduce((text, [name, content]) => between(text, name, content), page)

const sockets = asyncApi()
const readme = await readFile('README.md', 'utf8')
const protocol = await readFile('docs/PROTOCOL.md', 'utf8')
const scaling = await readFile('docs/SCALING.md', 'utf8')
const openApi = await describeApi()
const documents = {
  '.env.example': envExample(),
  'README.md': between(readme, 'settings', settingsTable()),
  'docs/ERRORS.md': errorsPage(),
  'docs/PROTOCOL.md': withTables(protocol, { ...framesTables(sockets), 'close-codes': closeCodesTable(sockets) }),
  'docs/SCALING.md': withTables(scaling, scalingTables()),
  'docs/asyncapi.json': `${JSON.stringify(sockets, null, 2)}\n`,
  'docs/openapi.json': `${JSON.stringify(openApi, null, 2)}\n`,
  'sdk/client/src/generated/service.ts': sdkTypes(openApi, sockets),
  'web/demo/wires/generated/frames.ts': demoFrames(sockets),
}

const pretty = async (path, text) =>
  /\.(md|ts)$/.test(path) ? format(text, { ...(await resolveConfig(path)), filepath: path }) : text

let stale = 0
for (const [path, text] of Object.entries(documents)) {
  const wanted = await pretty(path, text)
  const there = await readFile(path, 'utf8').catch(() => '')
  if (there === wanted) continue
  stale++
  if (checking) console.error(`${path} is stale: run npm run docs`)
  else await writeFile(path, wanted)
}
process.exit(checking && stale ? 1 : 0)
