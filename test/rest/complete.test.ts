/** What is missing shows: every endpoint has its tests by status in this folder. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { startService, type Service } from '../support/service.js'

let service: Service

beforeAll(async () => {
  service = await startService()
})
afterAll(() => service.stop())

/** By endpoint, the statuses that have tests. */
function tested(): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>()
  for (const file of readdirSync(__dirname).filter((name) => name.endsWith('.test.ts'))) {
    let endpoint = ''
    for (const line of readFileSync(join(__dirname, file), 'utf8').split('\n')) {
      endpoint = /^describe\('([A-Z]+ \/[^' ]+)/.exec(line)?.[1] ?? endpoint
      const status = /^  describe\('(\d{3})'/.exec(line)?.[1]
      if (status) found.set(endpoint, (found.get(endpoint) ?? new Set()).add(status))
    }
  }
  return found
}

/** Tested once for all endpoints, in a file of its own. */
const shared = new Set([
  'idempotency_key_in_use',
  'idempotency_key_reused',
  'payload_too_large',
  'unsupported_media_type',
  'malformed_json',
  'internal',
  'unavailable',
  'overloaded',
])

/** Said of every route, though this one takes no input that could be bad. */
const needless = new Set(['GET /metrics 400', 'GET /admin/nodes 400'])

/** A status without a code is a success. */
function isOwn({ description }: { description: string }): boolean {
  const codes = [...description.matchAll(/`([a-z_]+)`:/g)].map(([, code]) => code!)
  return !codes.length || codes.some((code) => !shared.has(code))
}

it('every endpoint of the document has a test for every status that the document names', async () => {
  const { paths } = (await service.anyone.get('/docs-json')).body
  const have = tested()
  const missing: string[] = []
  for (const [path, methods] of Object.entries<any>(paths)) {
    for (const [method, { responses }] of Object.entries<any>(methods)) {
      const endpoint = `${method.toUpperCase()} ${path.replaceAll(/\{(\w+)\}/g, ':$1')}`
      const own = Object.keys(responses).filter((status) => isOwn(responses[status]))
      for (const status of own) if (!have.get(endpoint)?.has(status)) missing.push(`${endpoint} ${status}`)
    }
  }
  expect(missing.filter((name) => !needless.has(name))).toEqual([])
})
