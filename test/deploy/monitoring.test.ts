/** The dashboard and the alert rules ask for what the service exports, and the operator is told what each alert means. */
import { readFileSync } from 'node:fs'
import { startService, type Service } from '../support/service.js'
import { alerts, panels, selectorsIn, seriesIn, type Selector } from './monitoring.js'

/** Given to every series by Prometheus. */
const ofPrometheus = ['instance', 'job']

let service: Service
let series: Map<string, Set<string>>

beforeAll(async () => {
  // One of several nodes, of whose Redis nothing is asked here.
  service = await startService({ REDIS_URL: 'redis://127.0.0.1:1' })
  const ann = await (await service.tenant()).user()
  const room = await ann.tenant.room([ann])
  const socket = await ann.socketIn(room)
  await socket.ask('join_room', { room_id: room })
  series = seriesIn((await service.operator.get('/metrics')).body)
})
afterAll(() => service.stop())

/** What of this is not there. */
const unknown = (selectors: Selector[]): string[] =>
  selectors.flatMap(({ metric, labels }) => {
    const known = series.get(metric)
    if (!known) return [metric]
    return labels
      .filter((label) => !known.has(label) && !ofPrometheus.includes(label))
      .map((label) => `${metric}: ${label}`)
  })

it('finds what is not exported', () => {
  expect(unknown(selectorsIn('rate(parley_sockets_total[5m]) + parley_sockets{tenant="x",instance="y"}'))).toEqual([
    'parley_sockets_total',
    'parley_sockets: tenant',
  ])
})

describe('deploy/prometheus/alerts.yml', () => {
  const manual = readFileSync('docs/OPERATIONS.md', 'utf8')

  it('has a name for each alert', () => {
    expect(alerts.length).toBeGreaterThan(10)
    expect(new Set(alerts.map(({ name }) => name)).size).toBe(alerts.length)
  })

  it.each(alerts)('$name asks for what is exported', ({ expr }) => {
    expect(expr).toMatch(/parley/)
    expect(unknown(selectorsIn(expr))).toEqual([])
  })

  it.each(alerts)('$name says how grave it is, and its section in docs/OPERATIONS.md what to do', ({ name, text }) => {
    expect(text).toMatch(/severity: (page|ticket)\n/)
    expect(text).toContain(`runbook: docs/OPERATIONS.md#${name.toLowerCase()}\n`)
    expect(manual).toMatch(new RegExp(`^#### ${name}$`, 'm'))
  })

  it('has each alert that docs/OPERATIONS.md describes', () => {
    const described = [...manual.matchAll(/^#### (Parley\w+)$/gm)].map(([, name]) => name)
    expect(described).toEqual(alerts.map(({ name }) => name))
  })
})

describe('deploy/grafana/parley.json', () => {
  it.each(panels.filter((panel) => panel.targets))('$title asks for what is exported', ({ targets }) => {
    for (const { expr } of targets!) {
      expect(selectorsIn(expr)).not.toEqual([])
      expect(unknown(selectorsIn(expr))).toEqual([])
    }
  })

  it('has panels of their own ids, none over another', () => {
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length)
    const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, n) => `${x + (n % w)}:${y + Math.floor(n / w)}`),
    )
    expect(new Set(cells).size).toBe(cells.length)
  })
})
