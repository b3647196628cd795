/** Nobody gets past the scopes of the database unseen: what names no tenant is listed, with its reason. */
import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'

const files = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'))
const sources = files.filter((file) => !file.startsWith('infra')).map((file) => join('src', file))

const method = /^ {2}(?:async |private |protected |static |get )*\*?(\w+)(?:<.*>)?\(/

/** The file and the method of every line that asks as all tenants. */
const usesIn = (file: string): string[] => {
  let name = ''
  return readFileSync(file, 'utf8')
    .split('\n')
    .flatMap((line) => {
      name = method.exec(line)?.[1] ?? name
      return line.includes('ofAll') ? [`\`${basename(file)}\` \`${name}\``] : []
    })
}

it('as all tenants only those ask that docs/ARCHITECTURE.md lists', () => {
  const listed = readFileSync('docs/ARCHITECTURE.md', 'utf8').matchAll(/^\| (`[\w.-]+\.ts` `\w+`) +\| \w/gm)
  expect(sources.length).toBeGreaterThan(50)
  expect(new Set(sources.flatMap(usesIn))).toEqual(new Set([...listed].map(([, use]) => use)))
})

it('nobody takes a connection, or a repository of the ORM, that knows no scope', () => {
  const past =
    /\b(DataSource|InjectDataSource|InjectRepository|InjectEntityManager|getRepository|new (pg\.)?(Client|Pool))\b/
  expect(sources.filter((file) => past.test(readFileSync(file, 'utf8')))).toEqual([])
})
