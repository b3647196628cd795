import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'

export interface Snippet {
  language: string
  title: string
  code: string
}

/** The fenced blocks of a README that have a title, in their order. */
export function snippetsOf(name: 'client' | 'react'): Snippet[] {
  const text = readFileSync(resolve(import.meta.dirname, `../../sdk/${name}/README.md`), 'utf8')
  const blocks = [...text.matchAll(/^```(\w+)(?: title="([^"]+)")?\n(.*?)^```$/gms)]
  const untitled = blocks.filter(([, language, title]) => language !== 'sh' && !title)
  if (untitled.length) throw new Error(`nobody can run what has no title: ${untitled[0]![0]}`)
  return blocks.flatMap(([, language, title, code]) => (title ? [{ language: language!, title, code: code! }] : []))
}

export const snippet = (name: 'client' | 'react', title: string): string =>
  snippetsOf(name).find((one) => one.title === title)!.code
