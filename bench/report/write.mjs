import { mkdirSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const folder = fileURLToPath(new URL('../results', import.meta.url))

/** Leaves the table and every single measurement behind; gives back where the table is. */
export function writeResults(conditions, results, markdown, suffix = '') {
  mkdirSync(folder, { recursive: true })
  const name = conditions.date.slice(0, 19).replaceAll(':', '-') + suffix
  writeFileSync(`${folder}/${name}.json`, `${JSON.stringify({ conditions, ...results }, null, 2)}\n`)
  writeFileSync(`${folder}/${name}.md`, markdown)
  return `${folder}/${name}.md`
}
