/** What the documents lead to is there: files, and headings in them. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

const pages = ['.', 'docs', 'bench', 'bench/results', 'sdk/client', 'sdk/react'].flatMap((folder) =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(folder, name)),
)

/** As GitHub names a heading's anchor. */
const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}_\- ]/gu, '')
    .replaceAll(' ', '-')

const withoutCode = (text: string): string => text.replace(/^```[\s\S]*?^```/gm, '')

const anchorsOf = (text: string): string[] =>
  [...withoutCode(text).matchAll(/^#+ (.+)$/gm)].map(([, heading]) => anchorOf(heading!))

const linksIn = (text: string): string[] =>
  [...withoutCode(text).matchAll(/\]\((?!\w+:)([^)\s]+)\)/g)].map(([, link]) => link!)

/** Links of a page with this text that lead nowhere. */
const broken = (page: string, text: string): string[] =>
  linksIn(text).filter((link) => {
    const [path, anchor] = link.split('#')
    const target = path ? join(dirname(page), path) : page
    if (!existsSync(target)) return true
    return !!anchor && target.endsWith('.md') && !anchorsOf(readFileSync(target, 'utf8')).includes(anchor)
  })

it('finds a link that leads nowhere', () => {
  const text =
    '[a](../README.md) [b](../NOTHING.md) [c](../README.md#nothing) [d](#nothing) [e](https://example.com/x.md)'
  expect(broken('docs/ERRORS.md', text)).toEqual(['../NOTHING.md', '../README.md#nothing', '#nothing'])
})

it.each(pages)('%s leads to what is there', (page) => {
  expect(broken(page, readFileSync(page, 'utf8'))).toEqual([])
})
