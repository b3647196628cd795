/** What the dashboard and the alert rules ask of Prometheus. */
import { readFileSync } from 'node:fs'

export interface Panel {
  id: number
  title: string
  gridPos: { x: number; y: number; w: number; h: number }
  targets?: { expr: string }[]
}

export const panels: Panel[] = JSON.parse(readFileSync('deploy/grafana/parley.json', 'utf8')).panels

export interface Alert {
  name: string
  expr: string
  /** All that is said of it. */
  text: string
}

export const alerts: Alert[] = readFileSync('deploy/prometheus/alerts.yml', 'utf8')
  .split(/^ +- alert: /m)
  .slice(1)
  .map((text) => ({ name: /^\w+/.exec(text)![0], expr: /expr: >-\n((?: {10}.*\n)+)/.exec(text)![1]!.trim(), text }))

export interface Selector {
  metric: string
  labels: string[]
}

/** Each metric that an expression names, with the labels that it is asked for by. */
export const selectorsIn = (expr: string): Selector[] =>
  [...expr.matchAll(/\b(parley_\w+)(?:\{([^}]*)\})?/g)].map(([, metric, inside = '']) => ({
    metric: metric!,
    labels: [...inside.matchAll(/(\w+)(?:=|!)/g)].map(([, label]) => label!),
  }))

/** The series of a page for Prometheus: the name of each with the labels that some of it has. */
export function seriesIn(page: string): Map<string, Set<string>> {
  const series = new Map<string, Set<string>>()
  for (const [, name] of page.matchAll(/^# TYPE (\w+) (?:counter|gauge)$/gm)) series.set(name!, new Set())
  for (const [, name] of page.matchAll(/^# TYPE (\w+) histogram$/gm)) {
    for (const part of ['bucket', 'sum', 'count']) series.set(`${name}_${part}`, new Set())
  }
  for (const [, name, inside] of page.matchAll(/^(\w+)\{(.*)\} /gm)) {
    for (const [, label] of inside!.matchAll(/(\w+)="/g)) series.get(name!)?.add(label!)
  }
  return series
}
