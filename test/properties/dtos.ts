/** Every DTO of the source: a new one joins the properties by itself. */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Input } from '../../src/contract/input.js'
import { PageDto } from '../../src/contract/page.js'
import { NoBody } from '../../src/http/input.pipe.js'

const source = join(process.cwd(), 'src')

export async function allDtos(): Promise<[string, Input<object>][]> {
  const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.dto.ts'))
  const modules = await Promise.all(files.map((file) => import(join(source, file)) as Promise<Record<string, unknown>>))
  const found = modules.flatMap((module) => Object.entries(module).filter(([name]) => name.endsWith('Dto')))
  return [...(found as [string, Input<object>][]), ['PageDto', PageDto], ['NoBody', NoBody]]
}
