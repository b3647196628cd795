// Draws a tree of calls as a flame graph: a frame is as wide as it took time with all that it called, and stands on
// whoever called it. Open the SVG in a browser: a frame's title tells the rest.
import { ownerOf } from './cpu-profile.mjs'

const WIDTH = 1400
const MARGIN = 10
const ROW = 17
const HEAD = 64
const CHARACTER = 6.3 // of the font below, at its size
const LEAST = 0.003 // of everything: narrower frames are left out
const kinds = [
  { title: 'Parley', hue: 12, is: (owner) => owner === 'Parley' },
  { title: 'Node.js', hue: 205, is: (owner) => owner === 'Node.js' },
  { title: 'V8 and native code, system calls among them', hue: 265, is: (owner) => owner === 'V8 and native code' },
  { title: 'garbage collector', hue: 0, grey: true, is: (owner) => owner === 'garbage collector' },
  { title: 'libraries', hue: 95, is: () => true },
]

/** `tree` without what is idle; `title` and `subtitle` stand above it. */
export function drawFlame(tree, { title, subtitle }) {
  const frames = layOut(tree)
  const rows = Math.max(...frames.map((frame) => frame.depth)) + 1
  const height = HEAD + rows * ROW + MARGIN
  const drawn = frames.map((frame) => draw(frame, tree.total, height - MARGIN - ROW))
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="monospace" font-size="10.5">
<rect width="${WIDTH}" height="${height}" fill="#fff"/>
<text x="${MARGIN}" y="20" font-size="15" font-weight="bold">${escape(title)}</text>
<text x="${MARGIN}" y="37">${escape(subtitle)}</text>
${legend()}
${drawn.join('\n')}
</svg>
`
}

/** Callers of one depth stand in the order of their names, so that two profiles of the same code look alike. */
function layOut(tree) {
  const frames = []
  const place = (node, start, depth) => {
    if (node.total < tree.total * LEAST) return
    frames.push({ ...node, start, depth })
    const children = node.children.toSorted((a, b) => (labelOf(a) < labelOf(b) ? -1 : 1))
    for (const child of children) {
      place(child, start, depth + 1)
      start += child.total
    }
  }
  place(tree, 0, 0)
  return frames
}

function draw(frame, all, bottom) {
  const scale = (WIDTH - 2 * MARGIN) / all
  const [x, width, y] = [MARGIN + frame.start * scale, frame.total * scale, bottom - frame.depth * ROW]
  const percent = (micros) => `${((micros / all) * 100).toFixed(1)} %`
  const label = labelOf(frame)
  const tip = `${label}: ${percent(frame.total)}, ${percent(frame.self)} itself`
  const letters = Math.floor((width - 4) / CHARACTER)
  const text = letters < 3 ? '' : label.length > letters ? `${label.slice(0, letters - 1)}…` : label
  return (
    `<g><title>${escape(tip)}</title>` +
    `<rect x="${x.toFixed(1)}" y="${y}" width="${Math.max(width - 0.4, 0.4).toFixed(1)}" height="${ROW - 1}" ` +
    `rx="1.5" fill="${colorOf(frame)}"/>` +
    (text && `<text x="${(x + 3).toFixed(1)}" y="${y + 12}">${escape(text)}</text>`) +
    '</g>'
  )
}

function legend() {
  let x = MARGIN
  return kinds
    .map((kind) => {
      const box = `<rect x="${x}" y="45" width="11" height="11" fill="${shade(kind, 72)}"/>`
      const text = `<text x="${x + 15}" y="54">${kind.title}</text>`
      x += 15 + kind.title.length * CHARACTER + 18
      return box + text
    })
    .join('')
}

const labelOf = ({ name, file }) => (file ? `${name} ${file}` : name)
const shade = ({ hue, grey }, light) => `hsl(${hue},${grey ? 0 : 75}%,${light}%)`

/** Whose it is gives the hue, its name the shade: the same in every profile. */
function colorOf(frame) {
  if (frame.depth === 0) return '#ddd'
  const owner = ownerOf(frame)
  let sum = 0
  for (const letter of labelOf(frame)) sum = (sum * 31 + letter.codePointAt(0)) % 997
  return shade(
    kinds.find(({ is }) => is(owner)),
    64 + (sum % 17),
  )
}

function escape(text) {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
